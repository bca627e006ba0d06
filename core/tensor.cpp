// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/core/runtime/device_runtime.h>
#include <fovea/core/tensor.h>

#include <cstring>

namespace fovea {

Tensor::Tensor(Shape shape, DType dtype, Device device)
    : storage_(Storage::allocate(static_cast<size_t>(shape.elements()) * size_of(dtype), device)),
      shape_(shape),
      dtype_(dtype) {}

Tensor::Tensor(std::shared_ptr<Storage> storage, size_t offset, Shape shape, DType dtype)
    : storage_(std::move(storage)), offset_(offset), shape_(shape), dtype_(dtype) {
  if (offset_ % size_of(dtype_) != 0)
    throw ArgumentError("tensor view at byte " + std::to_string(offset_) + ": misaligned");
  if (offset_ > storage_->bytes() || bytes() > storage_->bytes() - offset_) {
    throw ArgumentError("tensor view of shape " + shape_.to_string() + " at byte " +
                        std::to_string(offset_) + " passes the end of " +
                        std::to_string(storage_->bytes()) + " bytes");
  }
}

Tensor Tensor::pinned(Shape shape, DType dtype, Device gpu) {
  const size_t bytes = static_cast<size_t>(shape.elements()) * size_of(dtype);
  return Tensor(Storage::allocate_pinned(bytes, gpu), 0, shape, dtype);
}

template <class T>
Tensor Tensor::from(Shape shape, std::span<const T> values) {
  if (static_cast<int64_t>(values.size()) != shape.elements()) {
    throw ArgumentError("tensor of shape " + shape.to_string() + " from " +
                        std::to_string(values.size()) + " values");
  }
  Tensor tensor(shape, dtype_of<T>);
  if (!values.empty()) std::memcpy(tensor.raw(), values.data(), values.size_bytes());
  return tensor;
}
template Tensor Tensor::from(Shape, std::span<const float>);
template Tensor Tensor::from(Shape, std::span<const double>);
template Tensor Tensor::from(Shape, std::span<const BFloat16>);
template Tensor Tensor::from(Shape, std::span<const uint8_t>);
template Tensor Tensor::from(Shape, std::span<const int32_t>);

void Tensor::check_type(DType wanted) const {
  if (!empty() && dtype_ != wanted) {
    throw ArgumentError("tensor holds " + std::string(name_of(dtype_)) + ", read as " +
                        std::string(name_of(wanted)));
  }
}

Tensor Tensor::reshaped(Shape shape) const {
  if (shape.elements() != elements()) {
    throw ArgumentError("cannot view shape " + shape_.to_string() + " as " + shape.to_string());
  }
  Tensor view = *this;
  view.shape_ = shape;
  return view;
}

Tensor Tensor::rows(int64_t begin, int64_t end) const {
  if (begin < 0 || end < begin || end > shape_[0]) {
    throw ArgumentError("rows [" + std::to_string(begin) + ", " + std::to_string(end) +
                        ") of shape " + shape_.to_string());
  }
  Tensor view = *this;
  view.shape_ = shape_.with_batch(end - begin);
  view.offset_ += static_cast<size_t>(begin * shape_.sample().elements()) * size_of(dtype_);
  return view;
}

Tensor Tensor::clone() const {
  if (empty()) return {};
  Tensor copy(shape_, dtype_, device());
  copy.copy_from(*this);
  return copy;
}

void Tensor::copy_from(const Tensor& other) const {
  if (other.shape_ != shape_ || other.dtype_ != dtype_ || other.empty() != empty()) {
    throw ArgumentError("cannot copy " + std::string(name_of(other.dtype_)) +
                        other.shape_.to_string() + " into " + std::string(name_of(dtype_)) +
                        shape_.to_string());
  }
  copy_bytes(device(), raw(), other.device(), other.raw(), bytes());
  count_write();
}

Tensor Tensor::to(Device device) const {
  if (empty() || device == this->device()) return *this;
  Tensor copy(shape_, dtype_, device);
  copy.copy_from(*this);
  return copy;
}

void Tensor::zero() const {
  if (bytes() > 0) runtime_of(device()).fill(device().index, raw(), 0, bytes());
  count_write();
}

}  // namespace fovea
