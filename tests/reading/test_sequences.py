import numpy as np
import tensorflow as tf

from semisup.reading import sequences, vocabulary

X = np.arange(40, dtype="float32")[:, None] / 100  # a row's number is its value
Y = np.arange(40) % 10


def values(language, images, seed, count=3):
    """(inputs, before, after) of some batches."""
    stream = sequences.batches(images, language, 32, seed, sequences.of_rows(X, Y, ()))
    return [(x.numpy(), before.numpy(), after.numpy()) for (x, before), after in stream.take(count)]


def test_the_text_of_a_batch_reads_the_digits_of_its_rows():
    test_numbers = set(vocabulary.numbers(3)[1])
    for x, before, after in values("korean", 3, 0):
        digits = Y[np.rint(100 * x[..., 0]).astype(int)]  # (32, 3)
        numbers = digits @ [100, 10, 1]
        said = vocabulary.to_texts(after.argmax(axis=-1), "korean")
        assert said == [vocabulary.reading(int(number), "korean") for number in numbers]
        assert not test_numbers & set(numbers)
        np.testing.assert_array_equal(before, vocabulary.before(after.argmax(axis=-1)))


def test_batches_are_drawn_anew_at_each_step_by_the_seed():
    first, second, again, other = *values("english", 1, 0, 2), *values("english", 1, 0, 1), *values("english", 1, 1, 1)
    np.testing.assert_array_equal(first[0], again[0])
    assert (first[0] != second[0]).any()
    assert (first[0] != other[0]).any()
    drawn = np.concatenate([x for x, _, _ in values("english", 1, 0, 40)])
    assert len(np.unique(drawn)) == 40  # every row of every digit


def test_a_soft_class_vector_is_a_distribution_that_favours_its_class():
    digits = tf.constant(np.arange(2000).reshape(-1, 2) % 10)
    soft = sequences.soft_classes(digits, tf.constant([0, 1], tf.int64)).numpy()
    np.testing.assert_allclose(soft.sum(axis=-1), 1, atol=1e-5)
    np.testing.assert_array_equal(soft.argmax(axis=-1), digits)
    on_class = np.take_along_axis(soft, digits.numpy()[..., None], axis=-1)
    assert 0.5 < on_class.min() < 0.6
    assert 0.95 < on_class.max() <= 1


def test_test_sequences_are_fixed_and_of_the_numbers_asked_for():
    unseen = vocabulary.numbers(2)[1]
    rows, numbers = sequences.test_rows(Y, unseen, 2, 500)
    np.testing.assert_array_equal(Y[rows] @ [10, 1], numbers)
    assert set(numbers) == set(unseen)
    np.testing.assert_array_equal(rows, sequences.test_rows(Y, unseen, 2, 500)[0])
    rows, numbers = sequences.test_rows(Y, np.arange(10), 1, 500)
    np.testing.assert_array_equal(rows[:, 0], np.arange(40))
    np.testing.assert_array_equal(numbers, Y)


def test_the_longest_reading_fits_with_its_end():
    for language in ("english", "korean"):
        for images in (1, 2, 3, 4):
            texts = [vocabulary.reading(int(n), language) for n in np.concatenate(vocabulary.numbers(images))]
            assert sequences.longest(images, language) == max(map(len, texts)) + 1
