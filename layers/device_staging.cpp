// SPDX-License-Identifier: Apache-2.0
#include "device_staging.h"

#include <algorithm>
#include <cstring>

namespace fovea {
namespace {

constexpr int64_t kWord = 4;  // bytes of all elements

// Bytes of a block before the input.
int64_t header_bytes(int64_t batch) {
  constexpr auto kAlignment = static_cast<int64_t>(Storage::kAlignment);
  return (kWord * (1 + 2 * batch) + kAlignment - 1) / kAlignment * kAlignment;
}

int64_t block_bytes(const Shape& input, int64_t batch) {
  return header_bytes(batch) + kWord * input.with_batch(batch).elements();
}

std::shared_ptr<Storage> on_device(const Shape& input, Device device, int64_t batch) {
  return Storage::allocate(static_cast<size_t>(block_bytes(input, batch)), device);
}

std::shared_ptr<Storage> pinned(const Shape& input, Device device, int64_t batch) {
  return Storage::allocate_pinned(static_cast<size_t>(block_bytes(input, batch)), device);
}

}  // namespace

DeviceStaging::Block::Block(std::shared_ptr<Storage> storage, const Shape& input_shape,
                            int64_t batch)
    : position(storage, 0, Shape{1 + batch}, DType::i32),
      labels(storage, static_cast<size_t>(kWord * (1 + batch)), Shape{batch}, DType::i32),
      input(storage, static_cast<size_t>(header_bytes(batch)), input_shape.with_batch(batch)),
      all(storage, 0, Shape{block_bytes(input_shape, batch)}, DType::u8) {}

DeviceStaging::Pipeline::Pipeline(const Shape& input, Device device, int64_t batch)
    : landing(on_device(input, device, batch), input, batch),
      gathered{Gathered{Block(pinned(input, device, batch), input, batch), Event(device)},
               Gathered{Block(pinned(input, device, batch), input, batch), Event(device)}},
      placed(device),
      copies(device) {}

DeviceStaging::DeviceStaging(const Net& net, Device device, int64_t batch, bool training)
    : places_(on_device(net.input_shape(), device, batch), net.input_shape(), batch) {
  if (training) pipeline_.emplace(net.input_shape(), device, batch);
}

size_t DeviceStaging::bytes(const Net& net, int64_t batch, bool training) {
  return static_cast<size_t>(block_bytes(net.input_shape(), batch)) * (training ? 2 : 1);
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
  if (!x.device().is_cpu()) return;
  constexpr int64_t kGrain = 1 << 18;
  ctx.pool().parallel_ranges(x.elements(), kGrain, [&](int64_t begin, int64_t end) {
    const auto bytes = static_cast<size_t>(end - begin) * sizeof(float);
    std::memcpy(to.input.data<float>() + begin, x.data<float>() + begin, bytes);
  });
}

DeviceStaging::Staged DeviceStaging::bring(Context& ctx, const Tensor& x, const Tensor& labels,
                                           const BatchPosition& position) {
  Pipeline& p = *pipeline_;
  Gathered& from = p.gathered[p.next];
  p.next = 1 - p.next;
  from.sent.synchronize();  // the batch before the last: long since
  gather(ctx, from.block, x, labels, position);

  const int64_t rows = labels.elements();
  const bool on_host = x.device().is_cpu();
  const int64_t header = static_cast<const std::byte*>(from.block.input.raw()) -
                         static_cast<const std::byte*>(from.block.all.raw());
  const int64_t bytes = header + (on_host ? static_cast<int64_t>(x.bytes()) : 0);
  p.copies.wait(p.placed);
  p.copies.copy(from.block.all.rows(0, bytes), p.landing.all.rows(0, bytes));
  from.sent.record(p.copies);
  ctx.stream().wait(from.sent);
  ctx.copy(p.landing.all.rows(0, bytes), places_.all.rows(0, bytes));
  p.placed.record(ctx.stream());
  return {on_host ? places_.input.rows(0, rows) : x, places_.labels.rows(0, rows)};
}

}  // namespace fovea
