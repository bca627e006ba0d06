// SPDX-License-Identifier: Apache-2.0
// Kernel launches: the templates of the toolkit's C++ API.
#pragma once
#include "cuda_emulation/thread.h"

#include <array>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace cuda_emulation {

struct KernelCall {
  const void* function;
  std::shared_ptr<const void> arguments;
  size_t argument_bytes;
  void (*invoke)(const void* arguments);
};

// `pointers`: the arguments that are pointers to data, null in the places of others. They must not
// lead to host memory, freed memory, or another device's memory without peer access.
cudaError_t launch_kernel(const cudaLaunchConfig_t& config, KernelCall call,
                          const void* const* pointers, int count);

template <class T>
inline const void* pointer_argument(const T& value) {
  if constexpr (std::is_pointer_v<T> && !std::is_function_v<std::remove_pointer_t<T>>) {
    return const_cast<const void*>(static_cast<const volatile void*>(value));
  } else {
    return nullptr;
  }
}

template <class... P>
struct PackedCall {
  void (*kernel)(P...);
  std::tuple<P...> arguments;

  static void invoke(const void* packed) {
    const auto* call = static_cast<const PackedCall*>(packed);
    std::apply(call->kernel, call->arguments);
  }
};

template <class... P, size_t... I>
inline std::tuple<P...> read_arguments(void** arguments, std::index_sequence<I...>) {
  return {*static_cast<P*>(arguments[I])...};
}

// Inlined, so that launch_kernel returns to the line that launches.
template <class... P>
inline __attribute__((always_inline)) cudaError_t launch_packed(const cudaLaunchConfig_t& config,
                                                                void (*kernel)(P...),
                                                                std::tuple<P...> arguments) {
  static_assert((std::is_trivially_copyable_v<P> && ...),
                "kernel parameters must be trivially copyable");
  static_assert((sizeof(P) + ... + 0) <= 4096, "kernel parameters exceed 4 KB");
  using Call = PackedCall<P...>;
  const auto call = std::make_shared<const Call>(Call{kernel, std::move(arguments)});
  const auto pointers = std::apply(
      [](const P&... value) {
        return std::array<const void*, sizeof...(P) + 1>{pointer_argument(value)..., nullptr};
      },
      call->arguments);
  return launch_kernel(config,
                       {reinterpret_cast<const void*>(kernel), call, sizeof(Call), &Call::invoke},
                       pointers.data(), int(sizeof...(P)));
}

}  // namespace cuda_emulation

inline namespace cuda_emulated {

template <class... P, class... A>
inline __attribute__((always_inline)) cudaError_t cudaLaunchKernelEx(
    const cudaLaunchConfig_t* config, void (*kernel)(P...), A&&... arguments) {
  static_assert(sizeof...(P) == sizeof...(A), "wrong number of kernel arguments");
  return cuda_emulation::launch_packed(
      *config, kernel, std::tuple<P...>(static_cast<P>(std::forward<A>(arguments))...));
}

// arguments[i] points to the kernel's i-th argument, as in the toolkit; the kernel keeps its type
// here.
template <class... P>
inline __attribute__((always_inline)) cudaError_t cudaLaunchKernel(void (*kernel)(P...), dim3 grid,
                                                                   dim3 block, void** arguments,
                                                                   size_t shared_bytes = 0,
                                                                   cudaStream_t stream = nullptr) {
  const cudaLaunchConfig_t config{grid, block, shared_bytes, stream, nullptr, 0};
  return cuda_emulation::launch_packed(
      config, kernel,
      cuda_emulation::read_arguments<P...>(arguments, std::index_sequence_for<P...>()));
}

}  // namespace cuda_emulated
