// SPDX-License-Identifier: Apache-2.0
// On a GPU: where what comes from the host with each batch is copied to, always the same places.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/runtime/event.h>
#include <fovea/kernels/pixels.h>
#include <fovea/layers/execution.h>

#include <array>
#include <optional>

namespace fovea {

class DeviceStaging {
 public:
  // For batches of at most `batch` rows: pictures of its share, labels of the whole.
  DeviceStaging(const Net& net, Device device, BatchRows batch);

  // Where a pass over a single batch finds it; these wait for the copies. The view holds until the
  // next call.
  Tensor input_like(const Tensor& x) const;
  Tensor input(int64_t rows) const { return places_.input.rows(0, rows); }
  void set_position(const BatchPosition& position) const;

  // For training, batch after batch: without waiting for the device. Pictures, labels and positions
  // are gathered in pinned memory, copied in a stream of their own while the context's stream still
  // computes, and put in their places by the context's stream when their turn has come. Pictures of
  // bytes become floats there. `x` may lie on the device already, and is then taken where it is.
  // What is passed may change afterwards. The first call allocates memory.
  struct Staged {
    Tensor input, labels;
  };
  Staged bring(Context& ctx, const Tensor& x, const Tensor& labels, const BatchPosition& position,
               const PixelParams& pixels);

  // Throws ArgumentError unless `position` has the views of so many pictures of pixels.
  static void check_views(const BatchPosition& position, int64_t rows);

  // Floats to floats, or pixels to floats, both on the context's device.
  static void place(Context& ctx, const Tensor& from, const Tensor& views,
                    const PixelParams& pixels, const Tensor& to);

  // The epoch, then the samples.
  const uint32_t* position() const { return static_cast<const uint32_t*>(places_.position.raw()); }
  // Of the device's memory.
  static size_t bytes(const Net& net, BatchRows batch, bool training);

 private:
  // Views into one block of bytes: the first rows of all are a prefix of it.
  struct Block {
    Block() = default;
    Block(const std::shared_ptr<Storage>& storage, const Shape& input, BatchRows rows, DType type);

    Tensor position, labels, views, input, all;
  };
  // One of two in turn, so that one can be filled while the other is copied.
  struct Gathered {
    Block block;
    Event sent;
  };
  // What only training needs; for pictures of one type.
  struct Pipeline {
    Pipeline(const Shape& input, BatchRows batch, Device device, DType type);

    DType type;
    Block landing;  // on the device
    std::array<Gathered, 2> gathered;
    size_t next = 0;
    Event placed;   // landing may be written again
    Stream copies;  // goes first: waits for its work
  };

  static void gather(Context& ctx, const Block& to, const Tensor& x, const Tensor& labels,
                     const BatchPosition& position);

  static Block pinned_block(const Shape& input, BatchRows batch, DType type, Device gpu);

  BatchRows batch_;
  Shape input_;  // of a full batch
  Device device_;
  Block places_;
  std::optional<Pipeline> pipeline_;
};

}  // namespace fovea
