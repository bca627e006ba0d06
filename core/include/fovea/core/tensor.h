// SPDX-License-Identifier: Apache-2.0
// A dense, row-major, 64-byte aligned array of one element type on one device, or a view into one.
#pragma once

#include <fovea/core/device.h>
#include <fovea/core/dtype.h>
#include <fovea/core/shape.h>

#include <atomic>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <vector>

namespace FOVEA_API fovea {

// Memory on one device, freed with its last owner. Zero-filled, 64-byte aligned, followed by kSlack
// readable bytes, so that vector code may load whole vectors at the end.
class Storage {
 public:
  static constexpr size_t kAlignment = 64;
  static constexpr size_t kSlack = 128;

  // Throws SystemError, on a GPU DeviceError, when the memory is not to be had. Large blocks of the
  // host are placed on huge pages where the system has them.
  static std::shared_ptr<Storage> allocate(size_t bytes, Device device = {});

  // Memory of the host that copies to and from the GPU take without waiting; not moved or lent out
  // by the system, so not for much. On the CPU as allocate().
  static std::shared_ptr<Storage> allocate_pinned(size_t bytes, Device gpu);

  ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  std::byte* data() const { return data_; }
  size_t bytes() const { return bytes_; }
  Device device() const { return device_; }
  bool is_pinned() const { return !pinned_for_.is_cpu(); }

  // How often something was written here, as far as it is counted: see Tensor::writes().
  uint64_t writes() const { return writes_.load(std::memory_order_relaxed); }
  void count_write() { writes_.fetch_add(1, std::memory_order_relaxed); }

 private:
  Storage(std::byte* data, size_t bytes, Device device, Device pinned_for = {})
      : data_(data), bytes_(bytes), device_(device), pinned_for_(pinned_for) {}

  std::byte* data_;
  size_t bytes_;
  Device device_, pinned_for_;
  std::atomic<uint64_t> writes_{0};
};

// Copying a Tensor copies the handle, not the elements. Constness is that of the handle: data() of
// a const Tensor is writable, as with std::span. An empty Tensor (the default) stands for "none".
class Tensor {
 public:
  Tensor() = default;
  // A new tensor of zeros.
  explicit Tensor(Shape shape, DType dtype = DType::f32, Device device = {});
  // A view of `storage` from byte `offset`. Throws ArgumentError when it is misaligned for the type
  // or passes the end.
  Tensor(std::shared_ptr<Storage> storage, size_t offset, Shape shape, DType dtype = DType::f32);
  // A new tensor with these elements, in row-major order.
  template <class T>
  static Tensor from(Shape shape, std::span<const T> values);
  template <class T>
  static Tensor from(Shape shape, std::initializer_list<T> values) {
    return from<T>(shape, std::span<const T>(values.begin(), values.size()));
  }

  // On the host, in pinned memory for copies to and from `gpu`.
  static Tensor pinned(Shape shape, DType dtype, Device gpu);

  bool empty() const { return storage_ == nullptr; }
  explicit operator bool() const { return !empty(); }
  const Shape& shape() const { return shape_; }
  DType dtype() const { return dtype_; }
  Device device() const { return storage_ ? storage_->device() : Device{}; }
  bool is_pinned() const { return storage_ && storage_->is_pinned(); }
  int64_t elements() const { return empty() ? 0 : shape_.elements(); }
  size_t bytes() const { return static_cast<size_t>(elements()) * size_of(dtype_); }

  // The elements; T must be the tensor's type. Throws ArgumentError else. On a GPU the pointer
  // means something there only: copy_from and to() take elements from device to device.
  template <class T>
  T* data() const {
    check_type(dtype_of<T>);
    return static_cast<T*>(raw());
  }
  template <class T>
  std::span<T> span() const {
    return {data<T>(), static_cast<size_t>(elements())};
  }
  void* raw() const { return storage_ ? storage_->data() + offset_ : nullptr; }

  // Views of the same memory. Throw ArgumentError when the element counts differ or the range is
  // outside.
  Tensor reshaped(Shape shape) const;
  Tensor rows(int64_t begin, int64_t end) const;  // [begin, end) of the first axis

  Tensor clone() const;  // a copy of the elements, on the same device
  // Elements; shape and type must be equal, the devices need not. Ordered behind all work that was
  // given to the devices before.
  void copy_from(const Tensor& other) const;
  Tensor to(Device device) const;  // this one if it is there, else a copy on `device`
  void zero() const;

  // How often something was written into the memory that this is a view of, through any view:
  // copies, zeroing, ops on f32 and, on GPUs, collectives count. Whoever keeps what follows from a
  // tensor knows by it whether that is out of date. Who writes by pointer counts it himself.
  uint64_t writes() const { return storage_ ? storage_->writes() : 0; }
  void count_write() const {
    if (storage_) storage_->count_write();
  }

 private:
  void check_type(DType wanted) const;

  std::shared_ptr<Storage> storage_;
  size_t offset_ = 0;
  Shape shape_;
  DType dtype_ = DType::f32;
};

}  // namespace fovea
