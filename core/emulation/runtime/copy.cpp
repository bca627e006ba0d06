// SPDX-License-Identifier: Apache-2.0
#include "runtime/copy.h"

#include "memory/allocation.h"
#include "report/emit.h"
#include "runtime/capture.h"
#include "runtime/device.h"
#include "runtime/error_state.h"

#include <cstring>

namespace cuda_emulation {
namespace {

bool is_device(const AllocationPtr& allocation) {
  return allocation && allocation->kind == MemoryKind::device;
}

Extent destination(const Copy& copy) { return {copy.dst, copy.dst_pitch, copy.width, copy.height}; }
Extent source(const Copy& copy) { return {copy.src, copy.src_pitch, copy.width, copy.height}; }

enum class Expect { host, device, anything };

cudaError_t wrong_kind(const ApiCall& call, const char* side, const Extent& extent,
                       const AllocationPtr& allocation) {
  if (allocation) {
    return report_host_error(cudaErrorInvalidValue, "wrong_direction", call.return_address,
                             "%s: the %s %p is a %s, which the direction contradicts",
                             call.function, side, extent.first, describe(*allocation).c_str());
  }
  const AllocationPtr freed = find_freed(extent.first);
  return report_host_error(cudaErrorInvalidValue, freed ? "use_after_free" : "host_pointer",
                           call.return_address, "%s: the %s %p is not device memory%s",
                           call.function, side, extent.first, freed ? "; it was freed before" : "");
}

cudaError_t check_side(const ApiCall& call, const char* side, const Extent& extent, Expect expect) {
  const AllocationPtr allocation = find_allocation(extent.first);
  if (expect != Expect::anything && (expect == Expect::device) != is_device(allocation)) {
    return wrong_kind(call, side, extent, allocation);
  }
  const size_t bytes = extent.pitch * (extent.height - 1) + extent.width;
  if (!allocation || allocation->contains(extent.first, bytes)) return cudaSuccess;
  return report_host_error(cudaErrorInvalidValue, "out_of_bounds", call.return_address,
                           "%s: %zu bytes at offset %zu of the %s overrun a %s", call.function,
                           bytes, allocation->offset(extent.first), side,
                           describe(*allocation).c_str());
}

cudaError_t check_copy(const ApiCall& call, const Copy& copy) {
  if (!copy.dst || !copy.src) return set_last_error(cudaErrorInvalidValue);
  if (copy.width > copy.dst_pitch || copy.width > copy.src_pitch)
    return set_last_error(cudaErrorInvalidPitchValue);
  Expect to = Expect::anything, from = Expect::anything;
  switch (copy.kind) {
    case cudaMemcpyHostToHost:
      to = from = Expect::host;
      break;
    case cudaMemcpyHostToDevice:
      to = Expect::device, from = Expect::host;
      break;
    case cudaMemcpyDeviceToHost:
      to = Expect::host, from = Expect::device;
      break;
    case cudaMemcpyDeviceToDevice:
      to = from = Expect::device;
      break;
    case cudaMemcpyDefault:
      break;
    default:
      return set_last_error(cudaErrorInvalidMemcpyDirection);
  }
  if (cudaError_t error = check_side(call, "destination", destination(copy), to)) return error;
  return check_side(call, "source", source(copy), from);
}

void perform(const Copy& copy) {
  for (size_t row = 0; row < copy.height; ++row) {
    std::memmove(static_cast<char*>(copy.dst) + row * copy.dst_pitch,
                 static_cast<const char*>(copy.src) + row * copy.src_pitch, copy.width);
  }
}

// The source as it is now, without the gaps between rows.
std::shared_ptr<std::vector<char>> snapshot(const Copy& copy) {
  auto bytes = std::make_shared<std::vector<char>>(copy.width * copy.height);
  Copy pack = copy;
  pack.dst = bytes->data();
  pack.dst_pitch = copy.width;
  perform(pack);
  return bytes;
}

void perform_checked(const Copy& copy, const ApiCall& call) {
  Checker* check = checker();
  if (!check) return perform(copy);
  check->copies(destination(copy), source(copy), call);
  check->opens_host_memory();
  perform(copy);
  check->closes_host_memory();
}

}  // namespace

cudaError_t copy(const ApiCall& call, const Copy& request, cudaStream_t handle, Waiting waiting) {
  StreamPtr stream;
  if (cudaError_t error = open_stream(handle, call.function, call.return_address, &stream))
    return error;
  if (!request.width || !request.height) return cudaSuccess;
  if (cudaError_t error = check_copy(call, request)) return error;
  const AllocationPtr from = find_allocation(request.src), to = find_allocation(request.dst);
  Copy now = request;
  std::shared_ptr<std::vector<char>> staged;
  if (!from && to && !capture_of(stream)) {  // a captured copy reads its memory at each replay
    staged = snapshot(request);
    now.src = staged->data();
    now.src_pitch = request.width;
  }
  Operation operation{[now, staged, call, device = stream->device] {
    if (sticky_error(device) == cudaSuccess) perform_checked(now, call);
  }};
  operation.type = cudaGraphNodeTypeMemcpy;
  const Point point{stream, submit(stream, std::move(operation))};
  const bool within_device = is_device(from) && is_device(to);
  if (!to || (waiting == Waiting::host && !within_device)) {
    wait_on_host(point);
  } else if (Checker* check = checker(); check && point.position) {
    if (from) check->host_memory_lent(source(request), Access::read, point, call);
    check->host_memory_lent(destination(request), Access::write, point, call);
  }
  return set_last_error(sticky_error(current_device()));
}

cudaError_t copy_between_devices(const ApiCall& call, void* dst, int dst_device, const void* src,
                                 int src_device, size_t bytes, cudaStream_t stream) {
  if (!valid_device(dst_device) || !valid_device(src_device))
    return set_last_error(cudaErrorInvalidDevice);
  const auto refuse = [&](const char* side, int owner, int named) {
    return report_host_error(cudaErrorInvalidValue, "wrong_device", call.return_address,
                             "%s: the %s belongs to device %d, not %d", call.function, side, owner,
                             named);
  };
  const AllocationPtr to = find_allocation(dst), from = find_allocation(src);
  if (is_device(to) && to->device != dst_device)
    return refuse("destination", to->device, dst_device);
  if (is_device(from) && from->device != src_device)
    return refuse("source", from->device, src_device);
  return copy(call, {dst, bytes, src, bytes, bytes, 1, cudaMemcpyDeviceToDevice}, stream,
              Waiting::stream);
}

cudaError_t set(const ApiCall& call, const Set& request, cudaStream_t handle) {
  StreamPtr stream;
  if (cudaError_t error = open_stream(handle, call.function, call.return_address, &stream))
    return error;
  if (!request.width || !request.height) return cudaSuccess;
  if (request.width > request.pitch) return set_last_error(cudaErrorInvalidPitchValue);
  const Extent extent{request.dst, request.pitch, request.width, request.height};
  const AllocationPtr allocation = find_allocation(request.dst);
  const bool pinned = allocation && allocation->kind != MemoryKind::device;
  if (cudaError_t error =
          check_side(call, "destination", extent, pinned ? Expect::anything : Expect::device))
    return error;
  Operation operation{[request, extent, call, device = stream->device] {
    if (sticky_error(device) != cudaSuccess) return;
    if (Checker* check = checker()) check->writes(extent, call);
    for (size_t row = 0; row < request.height; ++row) {
      std::memset(static_cast<char*>(request.dst) + row * request.pitch, request.value,
                  request.width);
    }
  }};
  operation.type = cudaGraphNodeTypeMemset;
  submit(stream, std::move(operation));
  return set_last_error(sticky_error(current_device()));
}

}  // namespace cuda_emulation
