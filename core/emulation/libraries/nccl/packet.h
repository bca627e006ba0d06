// SPDX-License-Identifier: Apache-2.0
// The bodies of messages: values one behind the other, as they lie in memory. Both sides are one
// program on one machine.
#pragma once
#include "libraries/nccl/channel.h"

#include <cstring>
#include <string>
#include <type_traits>

namespace cuda_emulation::nccl {

class PacketWriter {
 public:
  template <class T>
  PacketWriter& put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    return put_bytes(&value, sizeof value);
  }
  PacketWriter& put(const std::string& text) {
    return put(uint64_t{text.size()}).put_bytes(text.data(), text.size());
  }
  PacketWriter& put_bytes(const void* data, size_t size) {
    const auto* from = static_cast<const std::byte*>(data);
    bytes_.insert(bytes_.end(), from, from + size);
    return *this;
  }
  Message as(Message::Type type) { return {type, std::move(bytes_)}; }

 private:
  Bytes bytes_;
};

// Values that are missing read as zeros: checked by ok().
class PacketReader {
 public:
  explicit PacketReader(const Bytes& bytes) : bytes_(bytes) {}

  template <class T>
  T take() {
    T value{};
    take_bytes(&value, sizeof value);
    return value;
  }
  std::string take_text() {
    const auto size = take<uint64_t>();
    std::string text(size <= left() ? size : 0, '\0');
    take_bytes(text.data(), text.size());
    return text;
  }
  Bytes rest() const {
    return Bytes(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), bytes_.end());
  }
  bool ok() const { return ok_; }

 private:
  size_t left() const { return bytes_.size() - at_; }
  void take_bytes(void* to, size_t size) {
    ok_ = ok_ && size <= left();
    if (!ok_ || size == 0) return;
    std::memcpy(to, bytes_.data() + at_, size);
    at_ += size;
  }

  const Bytes& bytes_;
  size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace cuda_emulation::nccl
