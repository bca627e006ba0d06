// SPDX-License-Identifier: Apache-2.0
// The layers that a placement puts between those of a net: they bring together what lies divided
// over the ranks, and divide what is whole. All have one input and no parameters.
//
// A gradient is a sum over ranks when each has what its own part of the next layer gives back; it
// is whole when all have computed the same, of which each then needs its own part alone.
#pragma once

#include <fovea/core/comm/communicator.h>
#include <fovea/layers/layer.h>
#include <fovea/layers/placement.h>
#include <fovea/layers/step_info.h>

namespace fovea {

enum class GradientIs : uint8_t { sum, whole };

class ExchangeLayer : public Layer {
 public:
  explicit ExchangeLayer(const RankPlace& place) : place_(place) {}

  LayerTraits traits() const override { return {.backward_needs_input = false}; }
  // Bytes that this rank sends to others for an input x.
  virtual int64_t sent(Pass pass, const Shape& x) const = 0;

 protected:
  int ranks() const { return place_.ranks; }
  int rank() const { return place_.rank; }
  Communicator& communicator() const;
  // y = the channels of all ranks' x, each of which has `run` neighbours of every run * ranks.
  void gather_channels(Context& ctx, const Tensor& x, int64_t run, const Tensor& y) const;
  // For that, of a whole y.
  static size_t gather_workspace(const Shape& whole);

 private:
  RankPlace place_;
};

// Channels of all ranks, each of which has `run` neighbours of every `run` * ranks.
class GatherChannels final : public ExchangeLayer {
 public:
  GatherChannels(const RankPlace& place, int64_t run, GradientIs gradient)
      : ExchangeLayer(place), run_(run), gradient_(gradient) {}

  Shape output_shape(std::span<const Shape> inputs) const override;
  size_t workspace(const Context& ctx, std::span<const Shape> inputs) const override;
  int64_t sent(Pass pass, const Shape& x) const override;
  void forward(Context& ctx, const ForwardArgs& args) const override;
  void backward(Context& ctx, const BackwardArgs& args) const override;

 private:
  int64_t run_;
  GradientIs gradient_;
};

// This rank's channels of a whole map.
class TakeChannels final : public ExchangeLayer {
 public:
  using ExchangeLayer::ExchangeLayer;

  Shape output_shape(std::span<const Shape> inputs) const override;
  size_t workspace(const Context& ctx, std::span<const Shape> inputs) const override;
  int64_t sent(Pass pass, const Shape& x) const override;
  void forward(Context& ctx, const ForwardArgs& args) const override;
  void backward(Context& ctx, const BackwardArgs& args) const override;
};

// What all ranks have and each uses for outputs of its own: its gradient is their sum.
class SumGradients final : public ExchangeLayer {
 public:
  using ExchangeLayer::ExchangeLayer;

  Shape output_shape(std::span<const Shape> inputs) const override { return inputs[0]; }
  LayerTraits traits() const override { return {.in_place = true, .backward_needs_input = false}; }
  int64_t sent(Pass pass, const Shape& x) const override;
  void forward(Context& ctx, const ForwardArgs& args) const override;
  void backward(Context& ctx, const BackwardArgs& args) const override;
};

// The rows of all ranks' shares of the batch. Shares may differ by one row, and are then padded to
// the largest on the way.
class GatherRows final : public ExchangeLayer {
 public:
  GatherRows(const RankPlace& place, GradientIs gradient)
      : ExchangeLayer(place), gradient_(gradient) {}

  Shape output_shape(std::span<const Shape> inputs) const override { return inputs[0]; }
  size_t workspace(const Context& ctx, std::span<const Shape> inputs) const override;
  int64_t sent(Pass pass, const Shape& x) const override;
  void forward(Context& ctx, const ForwardArgs& args) const override;
  void backward(Context& ctx, const BackwardArgs& args) const override;

 private:
  int64_t first_row(int64_t rows, int rank) const { return rows * rank / ranks(); }

  GradientIs gradient_;
};

}  // namespace fovea
