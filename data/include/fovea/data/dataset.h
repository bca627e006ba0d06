// SPDX-License-Identifier: Apache-2.0
// Labelled pictures that can be read in any order.
#pragma once

#include <fovea/core/shape.h>
#include <fovea/data/image.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// What a data set is used for.
enum class Split : uint8_t { train, val };

// All members may be called by several threads at once.
class Dataset {
 public:
  virtual ~Dataset() = default;
  Dataset(const Dataset&) = delete;
  Dataset& operator=(const Dataset&) = delete;

  int64_t size() const { return size_; }
  const Shape& image() const { return image_; }  // (h, w, c) of every picture
  const std::vector<std::string>& classes() const { return classes_; }

  // Of sample i in [0, size()); a label is in [0, classes().size()).
  virtual int32_t label(int64_t i) const = 0;
  // Throws DataError when the picture cannot be read, ConfigError when it is not of the size that
  // all should have.
  virtual void read(int64_t i, Image& image) const = 0;
  // The picture as it is stored, of any size: before the data set's own resize, where it has one.
  virtual void read_whole(int64_t i, Image& image) const { read(i, image); }
  // Reads sample i, as it is stored if `whole`, and gives its label. Where pictures that cannot be
  // read are passed over, both may be another sample's: always the same one's.
  virtual int32_t take(int64_t i, bool whole, Image& image) const {
    if (whole) {
      read_whole(i, image);
    } else {
      read(i, image);
    }
    return label(i);
  }
  // Whether take() may give another label than label().
  virtual bool picture_tells_label() const { return false; }
  // What the user should know of the data: one line each. Grows while pictures are read.
  virtual std::vector<std::string> notes() const { return {}; }
  // What messages call it: its file, where it has one of its own.
  virtual std::string name(int64_t i) const { return std::to_string(i); }

 protected:
  Dataset(int64_t size, Shape image, std::vector<std::string> classes)
      : size_(size), image_(image), classes_(std::move(classes)) {}

 private:
  int64_t size_;
  Shape image_;
  std::vector<std::string> classes_;
};

// How many samples there are of each class.
std::vector<int64_t> class_sizes(const Dataset& dataset);

}  // namespace fovea
