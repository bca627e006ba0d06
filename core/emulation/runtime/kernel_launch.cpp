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

cudaError_t refuse(cudaError_t error, const KernelCall& call, const std::string& message) {
  return report_host_error(error, "launch_configuration", nullptr, "launch of %s: %s",
                           function_name(call.function).c_str(), message.c_str());
}

std::string text(const dim3& size) {
  return "(" + std::to_string(size.x) + "," + std::to_string(size.y) + "," +
         std::to_string(size.z) + ")";
}

cudaError_t check_sizes(const cudaLaunchConfig_t& config, const KernelCall& call) {
  const dim3 &grid = config.gridDim, &block = config.blockDim;
  const uint64_t threads = uint64_t(block.x) * block.y * block.z;
  if (threads == 0 || threads > uint64_t(max_threads_per_block) || block.x > 1024 ||
      block.y > 1024 || block.z > 64) {
    return refuse(
        cudaErrorInvalidConfiguration, call,
        "block " + text(block) + " is outside of 1 to 1024 threads, (1024,1024,64) at most");
  }
  if (!grid.x || !grid.y || !grid.z || grid.x > 0x7fffffffu || grid.y > 65535 || grid.z > 65535) {
    return refuse(cudaErrorInvalidConfiguration, call,
                  "grid " + text(grid) + " is outside of (1,1,1) to (2147483647,65535,65535)");
  }
  const size_t fixed = static_shared_bytes(call.function),
               limit = dynamic_shared_limit(call.function);
  if (config.dynamicSmemBytes > limit) {
    return refuse(cudaErrorInvalidValue, call,
                  std::to_string(config.dynamicSmemBytes) +
                      " bytes of dynamic shared memory exceed the limit of " +
                      std::to_string(limit) + "; cudaFuncSetAttribute raises it");
  }
  if (fixed + config.dynamicSmemBytes > facts(configuration().model).shared_per_block_opt_in ||
      fixed > default_shared_limit) {
    return refuse(cudaErrorInvalidValue, call,
                  std::to_string(fixed) + " bytes of static shared memory are too many");
  }
  return cudaSuccess;
}

cudaError_t check_launch_attributes(const cudaLaunchConfig_t& config, const KernelCall& call) {
  for (unsigned i = 0; i < config.numAttrs; ++i) {
    const cudaLaunchAttribute& attribute = config.attrs[i];
    if (attribute.id == cudaLaunchAttributeCooperative && attribute.val.cooperative) {
      return refuse(cudaErrorNotSupported, call, "cooperative launches are not emulated");
    }
    const auto& cluster = attribute.val.clusterDim;
    if (attribute.id == cudaLaunchAttributeClusterDimension &&
        uint64_t(cluster.x) * cluster.y * cluster.z != 1) {
      return refuse(cudaErrorNotSupported, call, "clusters are not emulated");
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

void execute(const cudaLaunchConfig_t& config, const KernelCall& call, int device) {
  if (sticky_error(device) != cudaSuccess) return;
  Launch launch;
  launch.call = call;
  launch.grid = config.gridDim;
  launch.block = config.blockDim;
  launch.dynamic_shared = config.dynamicSmemBytes;
  launch.device = device;
  launch.configuration = configuration();
  run_launch(launch);
  if (launch.failed) set_sticky_error(device, launch.error);
  for (const GuardDamage& damage : check_guards()) report_damage(launch, damage);
}

}  // namespace

cudaError_t check_pointer_argument(int index, const void* pointer) {
  if (!pointer) return cudaSuccess;
  const int device = current_device();
  const AllocationPtr allocation = find_allocation(pointer);
  if (!allocation) {
    if (Module::containing(pointer)) return cudaSuccess;  // a table of the program
    const AllocationPtr freed = find_freed(pointer);
    return report_host_error(cudaErrorInvalidDevicePointer,
                             freed ? "use_after_free" : "host_pointer", nullptr,
                             "kernel argument %d = %p is %s", index, pointer,
                             freed ? ("freed: it was a " + describe(*freed)).c_str()
                                   : "not device memory (a host pointer, or freed?)");
  }
  if (allocation->kind == MemoryKind::device && !may_access(device, allocation->device)) {
    return report_host_error(
        cudaErrorInvalidDevicePointer, "wrong_device", nullptr,
        "kernel argument %d = %p is a %s, and device %d has no peer access to it", index, pointer,
        describe(*allocation).c_str(), device);
  }
  return cudaSuccess;
}

cudaError_t launch_kernel(const cudaLaunchConfig_t& config, KernelCall call) {
  const int device = current_device();
  StreamPtr stream;
  if (cudaError_t error = open_stream(config.stream, "kernel launch", nullptr, &stream))
    return error;
  if (stream->device != device) {
    return refuse(cudaErrorInvalidResourceHandle, call,
                  "the stream is of device " + std::to_string(stream->device) + " while device " +
                      std::to_string(device) + " is current");
  }
  if (cudaError_t error = check_sizes(config, call)) return error;
  if (cudaError_t error = check_launch_attributes(config, call)) return error;
  const void* function = call.function;
  Operation operation{[config, call = std::move(call), device] { execute(config, call, device); }};
  operation.function = function;
  submit(stream, std::move(operation));
  return cudaSuccess;
}

}  // namespace cuda_emulation
