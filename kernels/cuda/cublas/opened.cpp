// SPDX-License-Identifier: Apache-2.0
#include "cuda/cublas/library.h"

#include <fovea/core/runtime/opened_library.h>

#include <cuda_runtime_api.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace fovea::cuda {
namespace {

// The names are those that cublas_v2.h's stand for.
CublasLibrary functions_of(const OpenedLibrary& from) {
  CublasLibrary library{};
  from.take(library.create, "cublasCreate_v2");
  from.take(library.destroy, "cublasDestroy_v2");
  from.take(library.set_stream, "cublasSetStream_v2");
  from.take(library.set_workspace, "cublasSetWorkspace_v2");
  from.take(library.gemm, "cublasGemmEx");
  from.take(library.status_text, "cublasGetStatusString");
  return library;
}

OpenedLibrary open(const std::string& name) {
  return {name, "set FOVEA_CUBLAS to another cuBLAS, or to none"};
}

CublasLibrary open_file(const char* path) {
  const OpenedLibrary library = open(path);
  if (!library.is_open()) throw DeviceError(std::string("FOVEA_CUBLAS: cannot open ") + dlerror());
  return functions_of(library);
}

// The newest that serves what the program was built with: a newer one may want a newer driver.
std::optional<CublasLibrary> find() {
  for (int version = CUDART_VERSION / 1000; version >= 12; version--) {
    const OpenedLibrary library = open("libcublas.so." + std::to_string(version));
    if (library.is_open()) return functions_of(library);
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
