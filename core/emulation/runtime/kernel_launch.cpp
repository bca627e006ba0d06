// SPDX-License-Identifier: Apache-2.0
// Launches: what is checked before, and what happens after.
#include "cuda_runtime_api.h"
#include "execution/launch.h"
#include "memory/allocation.h"
#include "report/emit.h"
#include "report/module.h"
#include "report/symbols.h"
#include "runtime/device.h"
#include "runtime/error_state.h"
#include "runtime/function.h"
#include "runtime/stream.h"

#include <cstring>

namespace cuda_emulation {
namespace {

// A launch that is being checked.
struct Request {
  const cudaLaunchConfig_t& config;
  const KernelCall& call;
  const void* return_address;

  cudaError_t refuse(cudaError_t error, const std::string& message,
                     const char* kind = "launch_configuration") const {
    return report_host_error(error, kind, return_address, "launch of %s: %s",
                             function_name(call.function).c_str(), message.c_str());
  }
};

std::string text(const dim3& size) {
  return "(" + std::to_string(size.x) + "," + std::to_string(size.y) + "," +
         std::to_string(size.z) + ")";
}

cudaError_t check_sizes(const Request& request) {
  const cudaLaunchConfig_t& config = request.config;
  const void* function = request.call.function;
  const dim3 &grid = config.gridDim, &block = config.blockDim;
  const uint64_t threads = uint64_t(block.x) * block.y * block.z;
  if (threads == 0 || threads > uint64_t(max_threads_per_block) || block.x > 1024 ||
      block.y > 1024 || block.z > 64) {
    return request.refuse(
        cudaErrorInvalidConfiguration,
        "block " + text(block) + " is outside of 1 to 1024 threads, (1024,1024,64) at most");
  }
  if (!grid.x || !grid.y || !grid.z || grid.x > 0x7fffffffu || grid.y > 65535 || grid.z > 65535) {
    return request.refuse(
        cudaErrorInvalidConfiguration,
        "grid " + text(grid) + " is outside of (1,1,1) to (2147483647,65535,65535)");
  }
  const size_t fixed = static_shared_bytes(function), limit = dynamic_shared_limit(function);
  if (config.dynamicSmemBytes > limit) {
    return request.refuse(cudaErrorInvalidValue,
                          std::to_string(config.dynamicSmemBytes) +
                              " bytes of dynamic shared memory exceed the limit of " +
                              std::to_string(limit) + "; cudaFuncSetAttribute raises it");
  }
  if (fixed + config.dynamicSmemBytes > facts(configuration().model).shared_per_block_opt_in ||
      fixed > default_shared_limit) {
    return request.refuse(cudaErrorInvalidValue,
                          std::to_string(fixed) + " bytes of static shared memory are too many");
  }
  return cudaSuccess;
}

cudaError_t check_launch_attributes(const Request& request) {
  const cudaLaunchConfig_t& config = request.config;
  for (unsigned i = 0; i < config.numAttrs; ++i) {
    const cudaLaunchAttribute& attribute = config.attrs[i];
    if (attribute.id == cudaLaunchAttributeCooperative && attribute.val.cooperative) {
      return request.refuse(cudaErrorNotSupported, "cooperative launches are not emulated");
    }
    const auto& cluster = attribute.val.clusterDim;
    if (attribute.id == cudaLaunchAttributeClusterDimension &&
        uint64_t(cluster.x) * cluster.y * cluster.z != 1) {
      return request.refuse(cudaErrorNotSupported, "clusters are not emulated");
    }
  }
  return cudaSuccess;
}

void report_damage(const Launch& launch, const GuardDamage& damage) {
  Report report;
  report.kind = "out_of_bounds";
  report.error = cudaErrorIllegalAddress;
  report.message =
      "the kernel wrote outside of an allocation, at byte offset " + std::to_string(damage.offset);
  report.place.kernel = function_name(launch.call.function);
  report.object = describe(*damage.allocation);
  set_sticky_error(launch.device, report.error);
  emit(report);
}

cudaError_t check_pointer(const Request& request, int index, const void* pointer) {
  if (!pointer) return cudaSuccess;
  const int device = current_device();
  const std::string argument = "argument " + std::to_string(index) + " ";
  const AllocationPtr allocation = find_allocation(pointer);
  if (!allocation) {
    if (Module::containing(pointer)) return cudaSuccess;  // a table of the program
    if (const AllocationPtr freed = find_freed(pointer)) {
      return request.refuse(cudaErrorInvalidDevicePointer,
                            argument + "was freed: it was a " + describe(*freed), "use_after_free");
    }
    return request.refuse(cudaErrorInvalidDevicePointer,
                          argument + "is not device memory (a host pointer, or freed?)",
                          "host_pointer");
  }
  if (allocation->kind == MemoryKind::device && !may_access(device, allocation->device)) {
    return request.refuse(cudaErrorInvalidDevicePointer,
                          argument + "is a " + describe(*allocation) + ", and device " +
                              std::to_string(device) + " has no peer access to it",
                          "wrong_device");
  }
  return cudaSuccess;
}

void execute(const cudaLaunchConfig_t& config, const KernelCall& call, int device,
             const void* return_address) {
  if (sticky_error(device) != cudaSuccess) return;
  Launch launch;
  launch.call = call;
  launch.grid = config.gridDim;
  launch.block = config.blockDim;
  launch.dynamic_shared = config.dynamicSmemBytes;
  launch.device = device;
  launch.return_address = return_address;
  launch.configuration = configuration();
  run_launch(launch);
  if (launch.failed) set_sticky_error(device, launch.error);
  for (const GuardDamage& damage : check_guards()) report_damage(launch, damage);
}

}  // namespace

cudaError_t launch_kernel(const cudaLaunchConfig_t& config, KernelCall call,
                          const void* const* pointers, int count) {
  const Request request{config, call, __builtin_return_address(0)};
  const int device = current_device();
  StreamPtr stream;
  if (cudaError_t error =
          open_stream(config.stream, "kernel launch", request.return_address, &stream))
    return error;
  if (stream->device != device) {
    return request.refuse(cudaErrorInvalidResourceHandle,
                          "the stream is of device " + std::to_string(stream->device) +
                              " while device " + std::to_string(device) + " is current");
  }
  if (cudaError_t error = check_sizes(request)) return error;
  if (cudaError_t error = check_launch_attributes(request)) return error;
  for (int i = 0; i < count; ++i) {
    if (cudaError_t error = check_pointer(request, i, pointers[i])) return error;
  }
  const void *function = call.function, *caller = request.return_address;
  Operation operation{
      [config, call = std::move(call), device, caller] { execute(config, call, device, caller); }};
  operation.function = function;
  submit(stream, std::move(operation));
  return cudaSuccess;
}

}  // namespace cuda_emulation
