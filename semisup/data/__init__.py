"""Data in memory or memory-mapped: the dataset and its checks, scaling, label draws, batches, augmentation."""
