// SPDX-License-Identifier: Apache-2.0
// Scratch memory that operations share: reserved once, handed out within one call, never freed
// between steps.
#pragma once

#include <fovea/core/tensor.h>

#include <cstddef>
#include <memory>

namespace FOVEA_API fovea {

// A stack of blocks. An operation opens a Scope, takes what it needs, and everything is given back
// when the scope ends. Grows when a scope asks for more than there is, so reserve() the largest
// need first to allocate nothing later.
class Workspace {
 public:
  explicit Workspace(Device device = {}) : device_(device) {}

  // Makes room for `bytes` in one scope. REQUIRES: no scope is open.
  void reserve(size_t bytes);
  size_t capacity() const { return storage_ ? storage_->bytes() : 0; }

  class Scope {
   public:
    // Room for `bytes` in all takes of this scope together, as rounded by padded(). Scopes do not
    // nest.
    Scope(Workspace& workspace, size_t bytes);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

    // `count` elements, 64-byte aligned, not initialised. Throws ArgumentError past the bytes asked
    // for.
    template <class T>
    T* take(size_t count) {
      return static_cast<T*>(take_bytes(count * sizeof(T)));
    }

    // A tensor of f32 that holds until the scope ends.
    Tensor take_tensor(const Shape& shape);

   private:
    void* take_bytes(size_t bytes);

    Workspace& workspace_;
    size_t used_ = 0, limit_;
  };

  // What a take of `bytes` costs: rounded up to the alignment, plus slack for whole-vector loads
  // past its end.
  static constexpr size_t padded(size_t bytes) {
    return (bytes + Storage::kSlack + Storage::kAlignment - 1) / Storage::kAlignment *
           Storage::kAlignment;
  }
  template <class T>
  static constexpr size_t padded_for(size_t count) {
    return padded(count * sizeof(T));
  }

 private:
  Device device_;
  std::shared_ptr<Storage> storage_;
  bool open_ = false;
};

}  // namespace fovea
