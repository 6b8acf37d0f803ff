"""The reader: a recurrent decoder that writes a text, symbol by symbol, of a sequence of vectors (the encoded images).

It is one model for training, which is told the true symbols before each (teacher forcing); what writes by itself is
made of the same layers: `step`, which writes one symbol, and `greedy`, which is unrolled over the longest text.
"""

import keras
from keras import layers, ops

from semisup.reading.vocabulary import START


def build(images: int, size: int, length: int, symbols: int, units: int, dropout: float) -> keras.Model:
    """Build the decoder.

    Of several images, the recurrent layer (a GRU) reads the text alone, and its state asks the images for what comes
    next (attention: Bahdanau et al. 2015, after the recurrent layer as in Luong et al. 2015), so that a number that was
    never seen is written of digits that were. Of one image, its context vector is there at every step (Cho et al.
    2014).

    Args:
        images: vectors in a sequence.
        size: of a vector.
        length: symbols that are written, the last END among them.
        symbols: that there are, END and START among them.
        units: width of all layers.
        dropout: share of units dropped before the last layer while training, in [0, 1).

    Returns:
        A model from (batch, images, size) vectors and (batch, length) integers, the symbols before, to (batch, length,
        symbols) probabilities; initial weights come from the global Keras seed.
    """
    vectors = keras.Input((images, size), name="vectors")
    before = keras.Input((length,), dtype="int32", name="before")
    x = layers.Embedding(symbols, units, name="embedding")(before)  # (batch, length, units)
    several = images > 1
    if several:  # one map for all images, a bias for each place
        dense = layers.EinsumDense(
            "biv,vu->biu",
            (images, units),
            activation="tanh",
            bias_axes="iu",
            bias_initializer="glorot_uniform",  # or places look alike at first
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
    """From the decoder's inputs to (batch, length, images), how much of each image every symbol was written by; of a
    decoder with attention."""
    return keras.Model(decoder.inputs, decoder.get_layer("attention").output[1])


def remember(decoder: keras.Model) -> keras.Model:
    """From (batch, images, size) vectors to what `step` looks at: (batch, images, units), a context (batch, units)."""
    return keras.Model(decoder.inputs[0], decoder.get_layer("memory").output, name="remember")


def step(decoder: keras.Model) -> keras.Model:
    """The decoder, one symbol at a time.

    Returns:
        A model from [the symbol before, (batch,) integers; what `remember` gives; the state, (batch, units), at first
        0] to [(batch, symbols) probabilities; the new state].
    """
    cell, memory_shape = decoder.get_layer("recurrent").cell, decoder.get_layer("memory").output.shape[1:]
    has_attention = len(memory_shape) == 2
    symbol, memory = keras.Input((), dtype="int32", name="last"), keras.Input(memory_shape, name="memory")
    sizes = cell.state_size if isinstance(cell.state_size, list | tuple) else [cell.state_size]
    states = [keras.Input((size,), name=f"state_{number}") for number, size in enumerate(sizes)]
    x = decoder.get_layer("embedding")(symbol)  # (batch, units)
    context = memory
    if not has_attention:
        x = layers.Concatenate()([x, memory])
    x, new_states = cell(x, states)
    if has_attention:
        query = layers.Reshape((1, -1))(decoder.get_layer("query")(x))
        context = layers.Flatten()(decoder.get_layer("attention")([query, memory]))
    x = decoder.get_layer("readout")(layers.Concatenate()([x, context]))
    return keras.Model([symbol, memory, *states], [decoder.get_layer("symbol")(x), *new_states], name="step")


def greedy(decoder: keras.Model) -> keras.Model:
    """From (batch, images, size) vectors to (batch, length) integers: at each step the most probable symbol."""
    one, vectors = step(decoder), keras.Input(decoder.inputs[0].shape[1:], name="vectors")
    memory = remember(decoder)(vectors)
    first = ops.sum(ops.zeros_like(vectors), axis=(1, 2))  # (batch,)
    states = [ops.tile(first[:, None], (1, state.shape[-1])) for state in one.inputs[2:]]
    symbol, written = ops.cast(first, "int32") + START, []
    for _ in range(decoder.inputs[1].shape[1]):
        probabilities, *states = one([symbol, memory, *states])
        symbol = ops.cast(ops.argmax(probabilities, axis=-1), "int32")
        written.append(symbol)
    return keras.Model(vectors, ops.stack(written, axis=1), name="greedy")
