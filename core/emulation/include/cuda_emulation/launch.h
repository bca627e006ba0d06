// Kernel launches: the templates of the toolkit's C++ API.
#pragma once
#include "cuda_emulation/thread.h"

#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace cuda_emulation {

struct KernelCall {
  const void* function;
  std::shared_ptr<const void> arguments;
  void (*invoke)(const void* arguments);
};

cudaError_t launch_kernel(const cudaLaunchConfig_t& config, KernelCall call);
// Refuses host memory, freed memory and another device's memory without peer access.
cudaError_t check_pointer_argument(int index, const void* pointer);

template <class... P>
struct PackedCall {
  void (*kernel)(P...);
  std::tuple<P...> arguments;

  static void invoke(const void* packed) {
    const auto* call = static_cast<const PackedCall*>(packed);
    std::apply(call->kernel, call->arguments);
  }
};

template <class... P>
cudaError_t launch_packed(const cudaLaunchConfig_t& config,
                          std::shared_ptr<const PackedCall<P...>> call) {
  static_assert((std::is_trivially_copyable_v<P> && ...),
                "kernel parameters must be trivially copyable");
  static_assert((sizeof(P) + ... + 0) <= 4096, "kernel parameters exceed 4 KB");
  cudaError_t error = cudaSuccess;
  int index = 0;
  auto check = [&](const auto& value) {
    using T = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_pointer_v<T> && !std::is_function_v<std::remove_pointer_t<T>>) {
      if (error == cudaSuccess) error = check_pointer_argument(index, value);
    }
    ++index;
  };
  std::apply([&](const P&... value) { (check(value), ...); }, call->arguments);
  if (error != cudaSuccess) return error;
  const void* function = reinterpret_cast<const void*>(call->kernel);
  return launch_kernel(config, {function, std::move(call), &PackedCall<P...>::invoke});
}

}  // namespace cuda_emulation

inline namespace cuda_emulated {

template <class... P, class... A>
inline cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(P...),
                                      A&&... arguments) {
  static_assert(sizeof...(P) == sizeof...(A), "wrong number of kernel arguments");
  using Call = cuda_emulation::PackedCall<P...>;
  return cuda_emulation::launch_packed<P...>(
      *config, std::make_shared<const Call>(
                   Call{kernel, std::tuple<P...>(static_cast<P>(std::forward<A>(arguments))...)}));
}

// arguments[i] points to the kernel's i-th argument, as in the toolkit; the kernel keeps its type
// here.
template <class... P>
inline cudaError_t cudaLaunchKernel(void (*kernel)(P...), dim3 grid, dim3 block, void** arguments,
                                    size_t shared_bytes = 0, cudaStream_t stream = nullptr) {
  using Call = cuda_emulation::PackedCall<P...>;
  cudaLaunchConfig_t config{grid, block, shared_bytes, stream, nullptr, 0};
  return [&]<size_t... I>(std::index_sequence<I...>) {
    return cuda_emulation::launch_packed<P...>(
        config, std::make_shared<const Call>(
                    Call{kernel, std::tuple<P...>(*static_cast<P*>(arguments[I])...)}));
  }
  (std::index_sequence_for<P...>());
}

}  // namespace cuda_emulated
