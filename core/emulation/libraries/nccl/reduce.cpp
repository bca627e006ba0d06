// SPDX-License-Identifier: Apache-2.0
#include "libraries/nccl/reduce.h"

#include "cuda_bf16.h"
#include "cuda_fp16.h"

#include <cstdint>
#include <type_traits>

namespace cuda_emulation::nccl {

namespace {

// How an element type is computed with. Integers wrap around: sums and products of signed ones are
// made without sign.
template <class T>
struct Element {
  using Value = T;
  static T load(T x) { return x; }
  static T store(T x) { return x; }
};
template <>
struct Element<__half> {
  using Value = float;
  static float load(__half x) { return __half2float(x); }
  static __half store(float x) { return __float2half_rn(x); }
};
template <>
struct Element<__nv_bfloat16> {
  using Value = float;
  static float load(__nv_bfloat16 x) { return __bfloat162float(x); }
  static __nv_bfloat16 store(float x) { return __float2bfloat16_rn(x); }
};

template <class V>
V combine(ncclRedOp_t op, V a, V b) {
  if (op == ncclMax) return a < b ? b : a;
  if (op == ncclMin) return b < a ? b : a;
  if constexpr (std::is_integral_v<V>) {
    using U = std::common_type_t<std::make_unsigned_t<V>, unsigned>;
    return op == ncclProd ? static_cast<V>(U(a) * U(b)) : static_cast<V>(U(a) + U(b));
  } else {
    return op == ncclProd ? a * b : a + b;
  }
}

// The reduction of ranks [first, last): of the largest power of two of them on the left, and of the
// rest.
template <class T>
typename Element<T>::Value tree(const std::vector<const void*>& inputs, size_t first, size_t last,
                                size_t i, ncclRedOp_t op) {
  if (last - first == 1) return Element<T>::load(static_cast<const T*>(inputs[first])[i]);
  size_t half = 1;
  while (2 * half < last - first) half *= 2;
  const auto left = tree<T>(inputs, first, first + half, i, op);
  const auto right = tree<T>(inputs, first + half, last, i, op);
  return Element<T>::load(Element<T>::store(combine(op, left, right)));
}

template <class T>
void reduce_as(const std::vector<const void*>& inputs, size_t count, ncclRedOp_t op, void* out) {
  using Value = typename Element<T>::Value;
  const auto ranks = static_cast<Value>(inputs.size());
  for (size_t i = 0; i < count; i++) {
    Value value = tree<T>(inputs, 0, inputs.size(), i, op);
    if (op == ncclAvg) value = static_cast<Value>(value / ranks);
    static_cast<T*>(out)[i] = Element<T>::store(value);
  }
}

}  // namespace

void reduce(const std::vector<const void*>& inputs, size_t count, ncclDataType_t type,
            ncclRedOp_t op, void* out) {
  switch (type) {
    case ncclInt8:
      return reduce_as<int8_t>(inputs, count, op, out);
    case ncclUint8:
      return reduce_as<uint8_t>(inputs, count, op, out);
    case ncclInt32:
      return reduce_as<int32_t>(inputs, count, op, out);
    case ncclUint32:
      return reduce_as<uint32_t>(inputs, count, op, out);
    case ncclInt64:
      return reduce_as<int64_t>(inputs, count, op, out);
    case ncclUint64:
      return reduce_as<uint64_t>(inputs, count, op, out);
    case ncclFloat16:
      return reduce_as<__half>(inputs, count, op, out);
    case ncclFloat32:
      return reduce_as<float>(inputs, count, op, out);
    case ncclFloat64:
      return reduce_as<double>(inputs, count, op, out);
    case ncclBfloat16:
      return reduce_as<__nv_bfloat16>(inputs, count, op, out);
  }
}

}  // namespace cuda_emulation::nccl
