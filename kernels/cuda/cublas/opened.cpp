// SPDX-License-Identifier: Apache-2.0
#include "cuda/cublas/library.h"

#include <fovea/core/error.h>

#include <cuda_runtime_api.h>
#include <dlfcn.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace fovea::cuda {
namespace {

// Takes functions by their names out of an open library.
class Functions {
 public:
  Functions(void* library, std::string name) : library_(library), name_(std::move(name)) {}

  template <class F>
  void take(F& function, const char* name) const {
    function = reinterpret_cast<F>(dlsym(library_, name));
    if (!function) {
      throw DeviceError(name_ + " has no " + name +
                        "; set FOVEA_CUBLAS to another cuBLAS, or to none");
    }
  }

 private:
  void* library_;
  std::string name_;
};

// The names are those that cublas_v2.h's stand for.
CublasLibrary functions_of(const Functions& from) {
  CublasLibrary library{};
  from.take(library.create, "cublasCreate_v2");
  from.take(library.destroy, "cublasDestroy_v2");
  from.take(library.set_stream, "cublasSetStream_v2");
  from.take(library.set_workspace, "cublasSetWorkspace_v2");
  from.take(library.gemm, "cublasGemmEx");
  from.take(library.status_text, "cublasGetStatusString");
  return library;
}

CublasLibrary open_file(const char* path) {
  void* handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!handle) throw DeviceError(std::string("FOVEA_CUBLAS: cannot open ") + dlerror());
  return functions_of({handle, path});
}

// The newest that serves what the program was built with: a newer one may want a newer driver.
std::optional<CublasLibrary> find() {
  for (int version = CUDART_VERSION / 1000; version >= 12; version--) {
    const std::string name = "libcublas.so." + std::to_string(version);
    if (void* handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL))
      return functions_of({handle, name});
  }
  return std::nullopt;
}

}  // namespace

const CublasLibrary* cublas_library() {
  const char* wanted = std::getenv("FOVEA_CUBLAS");
  if (wanted && std::string_view(wanted) == "none") return nullptr;
  static const std::optional<CublasLibrary> library = wanted ? open_file(wanted) : find();
  return library ? &*library : nullptr;
}

}  // namespace fovea::cuda
