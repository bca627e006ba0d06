// SPDX-License-Identifier: Apache-2.0
// Making, ending and asking about communicators.
#include "libraries/nccl/communicator.h"

#include "libraries/nccl/group.h"
#include "libraries/report.h"
#include "runtime/device.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <random>

inline namespace cuda_emulated {

namespace {

using cuda_emulation::nccl::Clique;
using cuda_emulation::nccl::CliquePtr;
using cuda_emulation::nccl::Group;

constexpr char kIdPrefix[] = "cuda_emulation_nccl_";

// Communicators that are being made, by their unique id, which is the name that the process which
// made it listens at.
class Registry {
 public:
  static Registry& instance() {
    static Registry& registry = *new Registry;
    return registry;
  }

  ncclUniqueId make_id() {
    ncclUniqueId id{};
    const std::lock_guard<std::mutex> lock(mutex_);
    std::snprintf(id.internal, sizeof id.internal, "%s%d_%d_%08x", kIdPrefix, ::getpid(), ++made_,
                  std::random_device()());
    Entry& entry = entries_[id.internal];
    entry.maker = ::getpid();
    entry.listener = cuda_emulation::nccl::listen_at(id.internal);
    return id;
  }

  // Null, with what is wrong, for an id that was not made or that belongs to a communicator of
  // another size.
  CliquePtr find(const ncclUniqueId& id, int ranks, std::string& wrong) {
    const std::string name(id.internal, strnlen(id.internal, sizeof id.internal));
    if (!name.starts_with(kIdPrefix)) {
      wrong = "the unique id is not one that ncclGetUniqueId made";
      return nullptr;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    Entry& entry = entries_[name];
    CliquePtr clique = entry.clique.lock();
    if (!clique) {
      clique = begin(name, entry, ranks, wrong);
    } else if (clique->ranks() != ranks) {
      wrong = "the ranks do not agree on their number: " + std::to_string(clique->ranks()) +
              " and " + std::to_string(ranks);
      return nullptr;
    }
    entry.clique = clique;
    return clique;
  }

 private:
  struct Entry {
    pid_t maker = 0;  // 0: another process
    cuda_emulation::nccl::Descriptor listener;
    std::weak_ptr<Clique> clique;
    bool begun = false;
  };

  CliquePtr begin(const std::string& name, Entry& entry, int ranks, std::string& wrong) {
    if (entry.begun) {
      wrong = "the unique id belongs to a communicator that has ended";
      return nullptr;
    }
    if (entry.maker == ::getpid()) {
      entry.begun = true;
      return std::make_shared<Clique>(ranks, std::move(entry.listener));
    }
    auto maker = cuda_emulation::nccl::connect_to(name);
    if (!maker) {
      wrong =
          "nobody listens at the unique id: the process that made it has ended or made its "
          "communicator already, or is on another machine";
      return nullptr;
    }
    entry.begun = true;
    const std::string own = name + "_" + std::to_string(::getpid());
    return std::make_shared<Clique>(ranks, std::move(maker), own);
  }

  std::mutex mutex_;
  int made_ = 0;
  std::map<std::string, Entry> entries_;
};

// Of the calling thread, for ncclGetLastError: the text must outlive the call.
thread_local std::string last_error_text;

ncclResult_t refuse(ncclResult_t result, const std::string& message, const void* caller) {
  cuda_emulation::report_library_error("nccl_usage", message, caller);
  last_error_text = message;
  return Group::of_this_thread().remember(result);
}

// Waits for all that the rank has put into streams.
void finish(ncclComm& comm) {
  for (const auto& [stream, position] : comm.work) cuda_emulation::wait_on_host({stream, position});
  comm.work.clear();
}

}  // namespace

ncclResult_t ncclGetVersion(int* version) {
  if (!version) return ncclInvalidArgument;
  *version = NCCL_VERSION_CODE;
  return ncclSuccess;
}

const char* ncclGetErrorString(ncclResult_t result) {
  switch (result) {
    case ncclSuccess:
      return "no error";
    case ncclUnhandledCudaError:
      return "unhandled CUDA error";
    case ncclSystemError:
      return "system error";
    case ncclInternalError:
      return "internal error";
    case ncclInvalidArgument:
      return "invalid argument";
    case ncclInvalidUsage:
      return "invalid usage";
    case ncclRemoteError:
      return "remote rank failed, or does not answer";
    case ncclInProgress:
      return "operation in progress";
  }
  return "unknown result";
}

const char* ncclGetLastError(ncclComm_t comm) {
  if (comm && comm->clique->error() != ncclSuccess) last_error_text = comm->clique->message();
  return last_error_text.c_str();
}

ncclResult_t ncclGetUniqueId(ncclUniqueId* id) {
  if (!id) return ncclInvalidArgument;
  *id = Registry::instance().make_id();
  return ncclSuccess;
}

ncclResult_t ncclCommInitRank(ncclComm_t* comm, int ranks, ncclUniqueId id, int rank) {
  if (!comm || ranks < 1 || rank < 0 || rank >= ranks)
    return refuse(ncclInvalidArgument,
                  "ncclCommInitRank: rank " + std::to_string(rank) + " of " + std::to_string(ranks),
                  __builtin_return_address(0));
  std::string wrong;
  const CliquePtr clique = Registry::instance().find(id, ranks, wrong);
  if (!clique)
    return refuse(ncclInvalidArgument, "ncclCommInitRank: " + wrong, __builtin_return_address(0));
  const int device = cuda_emulation::current_device();
  Group& group = Group::of_this_thread();
  if (const ncclResult_t joined = clique->join(rank, device, __builtin_return_address(0));
      joined != ncclSuccess)
    return group.remember(joined);
  *comm = new ncclComm{clique, rank, device};
  const ncclResult_t result = group.add_join({clique, __builtin_return_address(0)});
  if (result == ncclSuccess) return result;
  delete *comm;
  *comm = nullptr;
  return result;
}

ncclResult_t ncclCommInitAll(ncclComm_t* comms, int devices, const int* device_list) {
  if (!comms || devices < 1)
    return refuse(ncclInvalidArgument, "ncclCommInitAll: no devices", __builtin_return_address(0));
  const auto clique = std::make_shared<Clique>(devices);
  for (int rank = 0; rank < devices; rank++) {
    const int device = device_list ? device_list[rank] : rank;
    if (!cuda_emulation::valid_device(device))
      return refuse(ncclInvalidArgument,
                    "ncclCommInitAll: there is no device " + std::to_string(device),
                    __builtin_return_address(0));
    if (const ncclResult_t joined = clique->join(rank, device, __builtin_return_address(0));
        joined != ncclSuccess)
      return joined;
  }
  for (int rank = 0; rank < devices; rank++)
    comms[rank] = new ncclComm{clique, rank, device_list ? device_list[rank] : rank};
  return ncclSuccess;
}

ncclResult_t ncclCommFinalize(ncclComm_t comm) {
  if (!comm) return ncclInvalidArgument;
  if (comm->finalized)
    return refuse(ncclInvalidUsage, "ncclCommFinalize was called before",
                  __builtin_return_address(0));
  comm->finalized = true;
  finish(*comm);
  return comm->clique->error();
}

ncclResult_t ncclCommDestroy(ncclComm_t comm) {
  if (!comm) return ncclInvalidArgument;
  if (comm->clique->error() == ncclSuccess) finish(*comm);
  comm->clique->leave(comm->rank);
  delete comm;
  return ncclSuccess;
}

ncclResult_t ncclCommAbort(ncclComm_t comm) {
  if (!comm) return ncclInvalidArgument;
  comm->clique->abort(comm->rank);
  cuda_emulation::gates_changed();
  delete comm;
  return ncclSuccess;
}

ncclResult_t ncclCommGetAsyncError(ncclComm_t comm, ncclResult_t* error) {
  if (!comm || !error) return ncclInvalidArgument;
  comm->clique->check_stalls();
  *error = comm->clique->error();
  if (*error != ncclSuccess) cuda_emulation::gates_changed();
  return ncclSuccess;
}

ncclResult_t ncclCommCount(ncclComm_t comm, int* ranks) {
  if (!comm || !ranks) return ncclInvalidArgument;
  *ranks = comm->clique->ranks();
  return ncclSuccess;
}

ncclResult_t ncclCommCuDevice(ncclComm_t comm, int* device) {
  if (!comm || !device) return ncclInvalidArgument;
  *device = comm->device;
  return ncclSuccess;
}

ncclResult_t ncclCommUserRank(ncclComm_t comm, int* rank) {
  if (!comm || !rank) return ncclInvalidArgument;
  *rank = comm->rank;
  return ncclSuccess;
}

ncclResult_t ncclGroupStart() {
  Group::of_this_thread().start();
  return ncclSuccess;
}

ncclResult_t ncclGroupEnd() { return Group::of_this_thread().end(); }

}  // namespace cuda_emulated
