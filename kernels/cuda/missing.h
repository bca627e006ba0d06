// SPDX-License-Identifier: Apache-2.0
// The entry of an op that has no CUDA kernel yet.
#pragma once

#include <fovea/core/error.h>

#include <algorithm>

namespace fovea::cuda {

template <size_t N>
struct OpName {
  char text[N];
  constexpr OpName(const char (&name)[N]) { std::copy_n(name, N, text); }  // NOLINT: implicit
};

// A function of the same type as the entry, which throws.
template <auto kEntry, OpName kName>
struct Missing;
template <class R, class... A, R (*KernelTable::*kEntry)(A...), OpName kName>
struct Missing<kEntry, kName> {
  static R call(A...) {
    throw DeviceError(std::string(kName.text) + ": has no CUDA kernel yet; use the device \"cpu\"");
  }
};
template <auto kEntry, OpName kName>
inline constexpr auto missing = &Missing<kEntry, kName>::call;

}  // namespace fovea::cuda
