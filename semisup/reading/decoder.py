"""The decoder of a reader: a recurrent network that writes a text, symbol by symbol, from a sequence of vectors (the
encoded images).

`build` returns the model for training. It takes the true previous symbols as inputs (teacher forcing). Two models that
write without them are made of the same layers: `step` writes one symbol; `greedy` is unrolled over the longest text.
"""

import keras
from keras import layers, ops

from semisup.reading.vocabulary import START


def build(images: int, size: int, length: int, symbols: int, units: int, dropout: float) -> keras.Model:
    """Build the decoder.

    With several images it uses attention (Bahdanau et al. 2015), after the recurrent layer as in Luong et al. (2015).
    The recurrent layer, a GRU, takes the previous symbols only. Its state is the query that selects images. So the
    decoder can write a number that it was not trained with, digit by digit. With one image, the context vector of the
    image is an input of every step (Cho et al. 2014).

    Args:
        images: number of vectors in a sequence.
        size: length of a vector.
        length: number of symbols to write, with the last END.
        symbols: number of different symbols, with END and START.
        units: width of all layers.
        dropout: fraction of units dropped before the last layer in training, in [0, 1).

    Returns:
        A model from (batch, images, size) vectors and (batch, length) int32 previous symbols to (batch, length,
        symbols) probabilities. Its initial weights are drawn from the global Keras seed.
    """
    vectors = keras.Input((images, size), name="vectors")
    before = keras.Input((length,), dtype="int32", name="before")
    x = layers.Embedding(symbols, units, name="embedding")(before)  # (batch, length, units)
    several = images > 1
    if several:  # the same kernel for all images, but a bias for each position
        dense = layers.EinsumDense(
            "biv,vu->biu",
            (images, units),
            activation="tanh",
            bias_axes="iu",
            bias_initializer="glorot_uniform",  # zeros would make the positions look alike at first
            name="memory",
        )
        memory = dense(vectors)  # (batch, images, units)
        context = None
    else:
        memory = layers.Dense(units, activation="tanh", name="memory")(layers.Flatten()(vectors))  # (batch, units)
        context = layers.RepeatVector(length)(memory)
        x = layers.Concatenate()([x, context])
    x = layers.GRU(units, return_sequences=True, name="recurrent")(x)  # (batch, length, units)
    if several:
        query = layers.Dense(units, name="query")(x)
        context, _ = layers.AdditiveAttention(name="attention")([query, memory], return_attention_scores=True)
    x = layers.Dense(units, activation="tanh", name="readout")(layers.Concatenate()([x, context]))
    x = layers.Dropout(dropout)(x)
    return keras.Model([vectors, before], layers.Dense(symbols, activation="softmax", name="symbol")(x), name="decoder")


def attention(decoder: keras.Model) -> keras.Model:
    """Return a model from the inputs of a decoder to the (batch, length, images) attention weights of its symbols.

    The decoder must be one of several images.
    """
    return keras.Model(decoder.inputs, decoder.get_layer("attention").output[1])


def remember(decoder: keras.Model) -> keras.Model:
    """Return a model from (batch, images, size) vectors to the memory that `step` takes.

    The memory is (batch, images, units) with attention, and (batch, units) for one image.
    """
    return keras.Model(decoder.inputs[0], decoder.get_layer("memory").output, name="remember")


def step(decoder: keras.Model) -> keras.Model:
    """Return a model that takes one step of the decoder.

    Returns:
        A model from [the previous symbols, (batch,) int32; the memory of `remember`; the state, (batch, units), at
        first 0] to [(batch, symbols) probabilities; the new state].
    """
    cell, memory_shape = decoder.get_layer("recurrent").cell, decoder.get_layer("memory").output.shape[1:]
    has_attention = len(memory_shape) == 2
    symbol, memory = keras.Input((), dtype="int32", name="last"), keras.Input(memory_shape, name="memory")
    state = keras.Input((cell.state_size,), name="state")
    x = decoder.get_layer("embedding")(symbol)  # (batch, units)
    context = memory
    if not has_attention:
        x = layers.Concatenate()([x, memory])
    x, new_state = cell(x, state)
    if has_attention:
        query = layers.Reshape((1, -1))(decoder.get_layer("query")(x))
        context = layers.Flatten()(decoder.get_layer("attention")([query, memory]))
    x = decoder.get_layer("readout")(layers.Concatenate()([x, context]))
    return keras.Model([symbol, memory, state], [decoder.get_layer("symbol")(x), new_state], name="step")


def greedy(decoder: keras.Model) -> keras.Model:
    """Return a model from (batch, images, size) vectors to (batch, length) symbols: at each step the most probable."""
    one_step, vectors = step(decoder), keras.Input(decoder.inputs[0].shape[1:], name="vectors")
    memory = remember(decoder)(vectors)
    zeros = ops.sum(ops.zeros_like(vectors), axis=(1, 2))  # (batch,)
    state = ops.tile(zeros[:, None], (1, one_step.inputs[2].shape[-1]))  # (batch, units)
    symbol, written = ops.cast(zeros, "int32") + START, []
    for _ in range(decoder.inputs[1].shape[1]):
        probabilities, state = one_step([symbol, memory, state])
        symbol = ops.cast(ops.argmax(probabilities, axis=-1), "int32")
        written.append(symbol)
    return keras.Model(vectors, ops.stack(written, axis=1), name="greedy")
