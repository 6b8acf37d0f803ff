"""Data in memory or mapped: the dataset and its checks, scaling, label draws, batches, augmentation."""
