// SPDX-License-Identifier: Apache-2.0
// What a layer is: shapes, parameters, forward, backward. A layer has no state of its own:
// parameters and everything that a call leaves for its backward pass are handed in, so one net
// serves several threads at once.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>
#include <fovea/kernels/weight.h>
#include <fovea/layers/initializer.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// A parameter that a layer wants.
struct ParameterSpec {
  std::string name;  // "weight", "bias"
  Shape shape;
  Fan fan;
  std::optional<Initializer> initializer = {};  // else the model's
};

// A tensor that forward leaves for backward, besides the layer's input and output: pooling's
// argmax, say.
struct SavedSpec {
  Shape shape;
  DType dtype = DType::f32;
};

// One pass of a batch through the net, as a layer sees it.
struct Saved {
  bool training = false;
  uint64_t seed = 1;
  uint32_t epoch = 0;
  std::span<const uint32_t> samples;             // index in its data set of each row of the batch
  uint32_t layer = 0;                            // index of this layer in the net
  const uint32_t* position_on_device = nullptr;  // epoch and samples, where they lie on a GPU
  std::span<Tensor> tensors;  // as asked for by saved(); empty tensors when not training
};

struct LayerTraits {
  bool in_place = false;             // forward may write its output over its first input
  bool backward_needs_input = true;  // else the inputs' memory is free again before backward
  bool backward_needs_output = false;
  bool relu_epilogue = false;  // forward can apply a ReLU to its output on the way
  bool relu_input_gradient =
      false;  // backward can apply the gradient of the ReLU that made its first input
};

struct ForwardArgs {
  std::span<const Tensor> inputs;
  std::span<const Tensor> parameters;  // in the order of parameters()
  Tensor& output;
  Saved& saved;
  bool relu_output = false;              // also apply a ReLU; only with the trait
  std::span<const Tensor> rounded = {};  // the parameters in bf16, where somebody keeps them

  Weight weight(size_t i) const { return {parameters[i], rounded.empty() ? Tensor() : rounded[i]}; }
};

struct BackwardArgs {
  std::span<const Tensor> inputs;  // empty tensors where not needed
  std::span<const Tensor> parameters;
  const Tensor& output;
  const Tensor& output_gradient;
  std::span<Tensor> input_gradients;      // to overwrite; an empty tensor is not wanted
  std::span<Tensor> parameter_gradients;  // to overwrite
  Saved& saved;
  bool relu_input =
      false;  // also apply the gradient of the ReLU that made inputs[0]; only with the trait
  std::span<const Tensor> rounded = {};  // as for forward

  Weight weight(size_t i) const { return {parameters[i], rounded.empty() ? Tensor() : rounded[i]}; }
};

// One rank's part of a layer whose channels are divided over ranks: the rank'th of `ranks` equal
// parts of them. (For features: what flatten made of channels, or neighbouring features.)
struct ChannelShare {
  int rank = 0, ranks = 1;
  int64_t run = 0;  // neighbouring channels of the input that are a rank's
};

// All functions are const and may be called from several threads. Shapes include the batch as their
// first axis; a batch may be smaller than the one planned.
class Layer {
 public:
  virtual ~Layer() = default;

  // Throws ArgumentError when the inputs do not suit the layer: what it got, and what to change.
  virtual Shape output_shape(std::span<const Shape> inputs) const = 0;
  virtual std::vector<ParameterSpec> parameters(std::span<const Shape> /*inputs*/) const {
    return {};
  }
  virtual std::vector<SavedSpec> saved(std::span<const Shape> /*inputs*/) const { return {}; }
  // Bytes of the context's workspace that forward or backward need at most.
  virtual size_t workspace(const Context& /*ctx*/, std::span<const Shape> /*inputs*/) const {
    return 0;
  }
  // Multiply-accumulates of forward.
  virtual int64_t macs(std::span<const Shape> /*inputs*/) const { return 0; }
  virtual LayerTraits traits() const { return {}; }

  // How placements divide the layer (placement.h). The layer that makes a rank's channels of the
  // output from its channels of every input alone; null: it needs them all. Throws ArgumentError
  // when it would need others in this case only: why, and what to change. Parameters are divided
  // along their first axis.
  virtual std::shared_ptr<const Layer> on_channels(const ChannelShare& /*share*/) const {
    return nullptr;
  }
  // The layer that makes a rank's channels of the output from whole inputs; null: there is none.
  virtual std::shared_ptr<const Layer> by_output(const ChannelShare& /*share*/) const {
    return nullptr;
  }

  virtual void forward(Context& ctx, const ForwardArgs& args) const = 0;
  virtual void backward(Context& ctx, const BackwardArgs& args) const = 0;
};

// One input, one output, no parameters: the simple way to write a layer.
class UnaryLayer : public Layer {
 public:
  virtual Shape output_shape(const Shape& x) const = 0;
  virtual void forward(Context& ctx, const Tensor& x, Tensor& y, Saved& saved) const = 0;
  // dx is to be overwritten. x and y are those of forward, as traits() asked for them.
  virtual void backward(Context& ctx, const Tensor& x, const Tensor& y, const Tensor& dy,
                        Tensor& dx, const Saved& saved) const = 0;

  Shape output_shape(std::span<const Shape> inputs) const final;
  void forward(Context& ctx, const ForwardArgs& args) const final;
  void backward(Context& ctx, const BackwardArgs& args) const final;
};

}  // namespace fovea
