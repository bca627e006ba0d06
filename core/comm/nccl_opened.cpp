// SPDX-License-Identifier: Apache-2.0
#include "comm/nccl_library.h"

#include <fovea/core/error.h>

#include <dlfcn.h>

#include <string>

namespace fovea::cuda {
namespace {

constexpr const char* kName = "libnccl.so.2";

// Takes functions by their names out of an open library.
class Functions {
 public:
  explicit Functions(void* library) : library_(library) {}

  template <class F>
  void take(F& function, const char* name) const {
    function = reinterpret_cast<F>(dlsym(library_, name));
    if (!function) throw DeviceError(std::string(kName) + " has no " + name + "; it is too old");
  }

 private:
  void* library_;
};

NcclLibrary open_library() {
  void* handle = dlopen(kName, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    throw DeviceError(std::string("several GPUs need NCCL, and it cannot be opened: ") + dlerror() +
                      "; install libnccl2, or name its folder in LD_LIBRARY_PATH");
  }
  const Functions from(handle);
  NcclLibrary library{};
  from.take(library.get_error_string, "ncclGetErrorString");
  from.take(library.comm_init_all, "ncclCommInitAll");
  from.take(library.comm_destroy, "ncclCommDestroy");
  from.take(library.comm_abort, "ncclCommAbort");
  from.take(library.comm_get_async_error, "ncclCommGetAsyncError");
  from.take(library.group_start, "ncclGroupStart");
  from.take(library.group_end, "ncclGroupEnd");
  from.take(library.all_reduce, "ncclAllReduce");
  from.take(library.send, "ncclSend");
  from.take(library.receive, "ncclRecv");
  return library;
}

}  // namespace

const NcclLibrary& nccl_library() {
  static const NcclLibrary library = open_library();
  return library;
}

}  // namespace fovea::cuda
