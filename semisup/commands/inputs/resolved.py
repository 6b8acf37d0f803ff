"""Set the options of stage one that follow from the data, tell the user, and check that the training fits memory."""

from semisup.data import defaults, memory
from semisup.data.dataset import Dataset
from semisup.settings import PretrainSettings
from semisup.system import progress


def resolved(settings: PretrainSettings, dataset: Dataset, name: str | None = None) -> PretrainSettings:
    """Return the settings with all their values, and print those that the data have decided.

    Args:
        settings: options of pretrain.
        dataset: what to train on.
        name: name of the run, if there are several.

    Raises:
        InputError: the training would need more memory than there is.
    """
    rows = len(dataset.x_train)
    whole = defaults.resolve(settings, rows, dataset.shape)
    memory.check_training(whole, dataset)
    chosen = defaults.sentence(settings, whole, rows, dataset.shape)
    if chosen:
        progress.say(f"{name or 'stage one'}: {chosen}")
    return whole
