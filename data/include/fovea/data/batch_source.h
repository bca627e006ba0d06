// SPDX-License-Identifier: Apache-2.0
// What the trainer sees of the data: batches, in an order that can be taken up at any point.
#pragma once

#include <fovea/data/pixel_formula.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// Some samples, ready for a net. A Batch that is filled again keeps its memory.
class Batch {
 public:
  // f32 (n, h, w, c), normalised; or u8 pixels, from a source that leaves that to the device.
  Tensor images;
  // How pixels are to be normalised: for all, null when pictures are f32, and i32 (n, kViewWords).
  std::shared_ptr<const PixelFormula> formula;
  Tensor views;
  Tensor labels;                  // i32 (n), each in [0, classes)
  std::vector<uint32_t> samples;  // index of each row's sample in its data set
  // What a row's random numbers depend on: no two rows of an epoch have the same. The samples, but
  // where one may be drawn several times.
  std::vector<uint32_t> keys;
  uint32_t epoch = 0;
  int64_t index = 0;  // of this batch in its epoch

  int64_t size() const { return static_cast<int64_t>(samples.size()); }

  // Makes room for n samples of shape `image` (h, w, c). Allocates only when it has never been as
  // large; the elements are left as they are.
  void resize(int64_t n, const Shape& image, DType type = DType::f32);

 private:
  // `images`, `labels` and `views` are their first n rows.
  Tensor image_buffer_, label_buffer_, view_buffer_;
};

// What a source gives; fixed for its life.
struct BatchSourceInfo {
  int64_t samples = 0;               // in an epoch, at least 1
  Shape image;                       // (h, w, c)
  std::vector<std::string> classes;  // name of each label
  int64_t batch_size = 0;            // at least 1
  Shape picture;                     // (h, w, c) of the pictures before any crop
  std::vector<int64_t> class_sizes;  // samples of each class in the data set
  int64_t views = 1;                 // rows of each sample in a batch
};

// An endless sequence of batches: epoch 0 batch 0, 1, ..., epoch 1 batch 0, 1, ... A batch is a
// pure function of its position (epoch, index). The last batch of an epoch holds the samples that
// are left and may be smaller. For one caller at a time.
class BatchSource {
 public:
  virtual ~BatchSource() = default;
  BatchSource(const BatchSource&) = delete;
  BatchSource& operator=(const BatchSource&) = delete;

  int64_t samples() const { return info_.samples; }
  const Shape& image() const { return info_.image; }
  const std::vector<std::string>& classes() const { return info_.classes; }
  int64_t batch_size() const { return info_.batch_size; }
  const Shape& picture() const { return info_.picture; }
  const std::vector<int64_t>& class_sizes() const { return info_.class_sizes; }
  int64_t views() const { return info_.views; }
  // In an epoch.
  int64_t batches() const { return (samples() + batch_size() - 1) / batch_size(); }

  // Makes `index` of `epoch` the batch that next() gives; a new source stands at (0, 0). Throws
  // ArgumentError unless 0 <= index < batches().
  virtual void seek(uint32_t epoch, int64_t index) = 0;

  // Fills `batch` and goes on to the next position. Pass the same object each time: then nothing is
  // allocated after the first few calls. Tensors taken from the batch before are overwritten.
  // Throws DataError when a sample cannot be read; the position then stays, and the next call
  // throws again.
  virtual void next(Batch& batch) = 0;

  // Seconds that callers of next() have waited so far.
  virtual double seconds_waited() const = 0;

  // That of the data set (fovea/data/fingerprint.h); empty when there is none to tell.
  virtual std::string fingerprint() const { return ""; }
  // Those of the data set: what the user should know of it, one line each.
  virtual std::vector<std::string> notes() const { return {}; }

 protected:
  // Throws ArgumentError when a field of `info` is out of its range.
  explicit BatchSource(BatchSourceInfo info);

 private:
  BatchSourceInfo info_;
};

}  // namespace fovea
