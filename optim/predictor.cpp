// SPDX-License-Identifier: Apache-2.0
#include "classifier_check.h"

#include <fovea/core/error.h>
#include <fovea/kernels/softmax.h>
#include <fovea/optim/predictor.h>

#include <algorithm>
#include <numeric>

namespace fovea {

namespace {

std::string size_text(int64_t height, int64_t width, int64_t channels) {
  return std::to_string(width) + "x" + std::to_string(height) + " pixels with " +
         std::to_string(channels) + (channels == 1 ? " channel" : " channels");
}

}  // namespace

std::vector<Prediction> best_predictions(std::span<const float> p, int64_t top) {
  std::vector<int64_t> order(p.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  const auto count = std::clamp<int64_t>(top, 0, std::ssize(order));
  std::partial_sort(order.begin(), order.begin() + count, order.end(), [p](int64_t a, int64_t b) {
    const float pa = p[static_cast<size_t>(a)], pb = p[static_cast<size_t>(b)];
    return pa > pb || (pa == pb && a < b);
  });
  std::vector<Prediction> best;
  for (int64_t i = 0; i < count; i++) {
    const int64_t label = order[static_cast<size_t>(i)];
    best.push_back({label, p[static_cast<size_t>(label)]});
  }
  return best;
}

Predictor::Predictor(const Model& model, Context& ctx, int64_t batch)
    : image_(image_of_classifier(model.net)),
      ctx_(ctx),
      resize_(model.info.preprocessing.resize),
      crop_(model.info.preprocessing.crop),
      normalizer_(model.info.preprocessing, image_[2], {image_[0], image_[1]}),
      execution_(Execution::inference(model.net, ctx, {.batch = batch})),
      x_(model.net.input_shape().with_batch(batch)),
      p_(model.net.output_shape().with_batch(batch), DType::f32, ctx.device()) {}

Tensor Predictor::probabilities(std::span<const uint8_t> pixels) {
  const int64_t bytes = image_.elements(), n = std::ssize(pixels) / bytes;
  if (n < 1 || n > batch() || n * bytes != std::ssize(pixels)) {
    throw ArgumentError("predictor: " + std::to_string(pixels.size()) + " bytes of pixels; 1 to " +
                        std::to_string(batch()) + " pictures of " + std::to_string(bytes) +
                        " bytes wanted");
  }
  const Tensor x = x_.rows(0, n);
  normalizer_.apply(pixels, x.data<float>());
  Tensor p = p_.rows(0, n);
  softmax_forward(ctx_, execution_.forward(x), p);
  return p.to(Device::cpu());
}

const Image& Predictor::fitted(const Image& image, const std::string& name) {
  if (!resize_ || image.channels != image_[2]) return cropped(image, name);
  resizer_.resize_and_crop(image, *resize_, resized_);
  return cropped(resized_, name);
}

const Image& Predictor::cropped(const Image& image, const std::string& name) {
  const ImageSize size = {image.height, image.width}, wanted = {image_[0], image_[1]};
  const bool good_channels = image.channels == image_[2];
  if (good_channels && size == wanted) return image;
  if (good_channels && crop_ && size == crop_->picture && crop_->crop.size == wanted) {
    cropped_ = image;
    crop_->crop.apply(cropped_, spare_);
    return cropped_;
  }
  throw DataError(name + ": the picture has " +
                  size_text(image.height, image.width, image.channels) + ", the model takes " +
                  size_text(image_[0], image_[1], image_[2]));
}

std::vector<Prediction> Predictor::predict(const Image& image, int64_t top,
                                           const std::string& name) {
  const Tensor p = probabilities(fitted(image, name).pixels);
  return best_predictions(p.span<float>(), top);
}

}  // namespace fovea
