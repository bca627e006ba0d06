// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/kernels/softmax.h>
#include <fovea/optim/predictor.h>

#include <algorithm>
#include <numeric>

namespace fovea {

namespace {

Shape image_of(const Model& model) {
  const Shape& input = model.net.input_shape();
  const Shape& output = model.net.output_shape();
  if (input.rank() != 4) {
    throw DataError("the model takes " + input.sample().to_string() +
                    " features, not pictures; its config's model.input wants [channels, height, "
                    "width]");
  }
  if (output.rank() != 2) {
    throw DataError("the model's output is " + output.sample().to_string() +
                    "; a classifier's is one number for each class");
  }
  return input.sample();
}

std::string size_text(int64_t height, int64_t width, int64_t channels) {
  return std::to_string(width) + "x" + std::to_string(height) + " pixels with " +
         std::to_string(channels) + (channels == 1 ? " channel" : " channels");
}

}  // namespace

Predictor::Predictor(const Model& model, Context& ctx)
    : image_(image_of(model)),
      ctx_(ctx),
      normalizer_(model.info.preprocessing, image_[2]),
      execution_(Execution::inference(model.net, ctx, {})),
      x_(model.net.input_shape()),
      p_(model.net.output_shape()) {}

std::vector<Prediction> Predictor::predict(const Image& image, int64_t top,
                                           const std::string& name) {
  if (image.height != image_[0] || image.width != image_[1] || image.channels != image_[2]) {
    throw DataError(name + ": the picture has " +
                    size_text(image.height, image.width, image.channels) + ", the model takes " +
                    size_text(image_[0], image_[1], image_[2]));
  }
  normalizer_.apply(image, x_.data<float>());
  softmax_forward(ctx_, execution_.forward(x_), p_);
  const auto p = p_.span<float>();
  std::vector<int64_t> order(p.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  const auto count = std::min(top, static_cast<int64_t>(order.size()));
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

}  // namespace fovea
