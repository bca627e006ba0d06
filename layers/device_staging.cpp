// SPDX-License-Identifier: Apache-2.0
#include "device_staging.h"

#include <fovea/core/error.h>

#include <algorithm>
#include <cstring>

namespace fovea {
namespace {

constexpr int64_t kWord = 4;  // bytes of a position, a label, or a part of a view

// Bytes of a block before the input. There are labels of the whole batch.
int64_t header_bytes(BatchRows batch) {
  constexpr auto kAlignment = static_cast<int64_t>(Storage::kAlignment);
  return (kWord * (1 + (1 + kPixelViewWords) * batch.share + batch.whole) + kAlignment - 1) /
         kAlignment * kAlignment;
}

// `input`: of a full batch.
size_t block_bytes(const Shape& input, BatchRows batch, DType type) {
  return static_cast<size_t>(header_bytes(batch)) +
         static_cast<size_t>(input.elements()) * size_of(type);
}

}  // namespace

DeviceStaging::Block::Block(const std::shared_ptr<Storage>& storage, const Shape& shape,
                            BatchRows rows, DType type)
    : position(storage, 0, Shape{1 + rows.share}, DType::i32),
      labels(storage, static_cast<size_t>(kWord * (1 + rows.share)), Shape{rows.whole}, DType::i32),
      views(storage, static_cast<size_t>(kWord * (1 + rows.share + rows.whole)),
            Shape{rows.share, kPixelViewWords}, DType::i32),
      input(storage, static_cast<size_t>(header_bytes(rows)), shape, type),
      all(storage, 0, Shape{static_cast<int64_t>(storage->bytes())}, DType::u8) {}

DeviceStaging::Pipeline::Pipeline(const Shape& input, BatchRows batch, Device device,
                                  DType pictures)
    : type(pictures),
      landing(Storage::allocate(block_bytes(input, batch, type), device), input, batch, type),
      gathered{Gathered{pinned_block(input, batch, type, device), Event(device)},
               Gathered{pinned_block(input, batch, type, device), Event(device)}},
      placed(device),
      copies(device) {}

DeviceStaging::Block DeviceStaging::pinned_block(const Shape& input, BatchRows batch, DType type,
                                                 Device gpu) {
  return {Storage::allocate_pinned(block_bytes(input, batch, type), gpu), input, batch, type};
}

DeviceStaging::DeviceStaging(const Net& net, Device device, BatchRows batch)
    : batch_(batch),
      input_(net.input_shape().with_batch(batch.share)),
      device_(device),
      places_(Storage::allocate(block_bytes(input_, batch, DType::f32), device), input_, batch,
              DType::f32) {}

size_t DeviceStaging::bytes(const Net& net, BatchRows batch, bool training) {
  const Shape input = net.input_shape().with_batch(batch.share);
  return block_bytes(input, batch, DType::f32) * (training ? 2 : 1);
}

Tensor DeviceStaging::input_like(const Tensor& x) const {
  const Tensor rows = places_.input.rows(0, x.shape()[0]);
  rows.copy_from(x);
  return rows;
}

void DeviceStaging::set_position(const BatchPosition& position) const {
  const auto rows = static_cast<int64_t>(position.samples.size());
  const Tensor words({1 + rows}, DType::i32);
  const auto to = words.span<int32_t>();
  to[0] = static_cast<int32_t>(position.epoch);
  std::memcpy(to.data() + 1, position.samples.data(), position.samples.size_bytes());
  places_.position.rows(0, 1 + rows).copy_from(words);
}

void DeviceStaging::gather(Context& ctx, const Block& to, const Tensor& x, const Tensor& labels,
                           const BatchPosition& position) {
  auto* words = to.position.data<int32_t>();
  words[0] = static_cast<int32_t>(position.epoch);
  std::memcpy(words + 1, position.samples.data(), position.samples.size_bytes());
  std::memcpy(to.labels.raw(), labels.raw(), labels.bytes());
  if (x.dtype() == DType::u8)
    std::memcpy(to.views.raw(), position.views.data(), position.views.size_bytes());
  if (!x.device().is_cpu()) return;
  constexpr int64_t kGrain = 1 << 20;
  ctx.pool().parallel_ranges(static_cast<int64_t>(x.bytes()), kGrain,
                             [&](int64_t begin, int64_t end) {
                               std::memcpy(static_cast<std::byte*>(to.input.raw()) + begin,
                                           static_cast<const std::byte*>(x.raw()) + begin,
                                           static_cast<size_t>(end - begin));
                             });
}

DeviceStaging::Staged DeviceStaging::bring(Context& ctx, const Tensor& x, const Tensor& labels,
                                           const BatchPosition& position,
                                           const PixelParams& pixels) {
  if (!pipeline_ || pipeline_->type != x.dtype())
    pipeline_.emplace(input_, batch_, device_, x.dtype());
  Pipeline& p = *pipeline_;
  Gathered& from = p.gathered[p.next];
  p.next = 1 - p.next;
  from.sent.synchronize();  // the batch before the last: long since
  gather(ctx, from.block, x, labels, position);

  const bool on_host = x.device().is_cpu();
  const int64_t header = header_bytes(batch_);
  const int64_t bytes = header + (on_host ? static_cast<int64_t>(x.bytes()) : 0);
  p.copies.wait(p.placed);
  p.copies.copy(from.block.all.rows(0, bytes), p.landing.all.rows(0, bytes));
  from.sent.record(p.copies);
  ctx.stream().wait(from.sent);
  ctx.copy(p.landing.all.rows(0, header), places_.all.rows(0, header));
  const Tensor labels_there = places_.labels.rows(0, labels.elements());
  const int64_t rows = x.shape()[0];
  Tensor input_there = on_host ? input(rows) : x;
  if (on_host)
    place(ctx, p.landing.input.rows(0, rows), p.landing.views.rows(0, rows), pixels, input_there);
  p.placed.record(ctx.stream());
  return {input_there, labels_there};
}

void DeviceStaging::check_views(const BatchPosition& position, int64_t rows) {
  if (std::ssize(position.views) == rows * kPixelViewWords) return;
  throw ArgumentError("execution: " + std::to_string(position.views.size()) +
                      " words of views for " + std::to_string(rows) + " pictures of pixels");
}

void DeviceStaging::place(Context& ctx, const Tensor& from, const Tensor& views,
                          const PixelParams& pixels, const Tensor& to) {
  if (from.dtype() == DType::f32) return ctx.copy(from, to);
  Tensor x = to;
  pixels_to_floats(ctx, pixels, from, views, x);
}

}  // namespace fovea
