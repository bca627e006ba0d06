// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/io/sha256.h>
#include <fovea/data/fingerprint.h>

#include <algorithm>
#include <span>

namespace fovea {

namespace {

constexpr int64_t kPictures = 64;

}  // namespace

std::string fingerprint(const Dataset& dataset) {
  Sha256 hash;
  hash.update(std::to_string(dataset.size()) + " " + dataset.image().to_string() + "\n");
  for (const std::string& name : dataset.classes()) hash.update(name + "\n");
  for (int64_t i = 0; i < dataset.size(); i++) {
    const int32_t label = dataset.label(i);
    hash.update(std::as_bytes(std::span(&label, 1)));
  }
  Image image;
  const int64_t pictures = std::min(kPictures, dataset.size());
  for (int64_t i = 0; i < pictures; i++) {
    dataset.read_whole(dataset.size() * i / pictures, image);
    hash.update(std::as_bytes(std::span(image.pixels)));
  }
  return hash.hex();
}

}  // namespace fovea
