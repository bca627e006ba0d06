// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/core/workspace.h>

namespace fovea {

void Workspace::reserve(size_t bytes) {
  if (open_) throw ArgumentError("workspace: reserve() inside a scope");
  if (bytes <= capacity()) return;
  storage_.reset();  // the old block first: both at once may not fit
  storage_ = Storage::allocate(bytes, device_);
}

Workspace::Scope::Scope(Workspace& workspace, size_t bytes) : workspace_(workspace), limit_(bytes) {
  workspace_.reserve(bytes);
  workspace_.open_ = true;
}

Workspace::Scope::~Scope() { workspace_.open_ = false; }

Tensor Workspace::Scope::take_tensor(const Shape& shape) {
  const auto* begin =
      reinterpret_cast<std::byte*>(take<float>(static_cast<size_t>(shape.elements())));
  return {workspace_.storage_, static_cast<size_t>(begin - workspace_.storage_->data()), shape};
}

void* Workspace::Scope::take_bytes(size_t bytes) {
  const size_t needed = padded(bytes);
  if (needed > limit_ - used_) {
    throw ArgumentError("workspace: " + std::to_string(used_ + needed) + " bytes taken of " +
                        std::to_string(limit_));
  }
  void* block = workspace_.storage_->data() + used_;
  used_ += needed;
  return block;
}

}  // namespace fovea
