// SPDX-License-Identifier: Apache-2.0
// From a data set to batches.
#pragma once

#include <fovea/data/augmentation.h>
#include <fovea/data/batch_source.h>
#include <fovea/data/dataset.h>
#include <fovea/data/preprocessing.h>
#include <fovea/data/row_share.h>
#include <fovea/data/sampling.h>
#include <fovea/data/views.h>

#include <memory>

namespace FOVEA_API fovea {

struct LoaderOptions {
  int64_t batch_size = 128;
  Sampling sampling = Sampling::in_order;  // a pure function of (seed, epoch)
  uint64_t seed = 1;
  std::vector<Augmentation> augment = {};
  // Several views of each sample, pieces of `view_size`, row after row: a batch of n samples has n
  // times as many rows. In place of `augment`.
  std::vector<CropView> views = {};
  ImageSize view_size = {};
  // Only these samples of each batch are read; of the others a batch has keys and labels, and their
  // pictures hold anything.
  RowShare share = {};
  bool as_pixels = false;  // batches hold u8 pixels and how to normalise them (Batch::formula)
  int workers = 1;         // threads that load ahead, 0..1024; 0: next() does the work itself
  int prefetch = 2;        // batches that they make ahead, 1..1024
};

// The batches are the same whatever the number of workers. Threads and their memory come with the
// first next(). Throws ConfigError when `preprocessing` or a crop does not fit the images,
// ArgumentError when an option is out of range.
std::unique_ptr<BatchSource> make_loader(std::shared_ptr<const Dataset> dataset,
                                         const Preprocessing& preprocessing, LoaderOptions options);

}  // namespace fovea
