// SPDX-License-Identifier: Apache-2.0
#include "comm/mpi/mpi_session.h"

#include <fovea/core/comm/launch.h>
#include <fovea/core/error.h>

#include <dlfcn.h>

#include <mutex>
#include <string>

namespace fovea {
namespace {

constexpr const char* kPlugin = "libfovea_mpi.so";

std::string started_text() {
  const Launch launch = find_launch();
  if (!launch.is_job()) return "several processes need MPI";
  return "this process was started as rank " + std::to_string(launch.rank) + " of " +
         std::to_string(launch.size) + " by " + launch.by + ", which needs MPI";
}

// Global: Open MPI's own plugins look for its symbols.
const FoveaMpi& open_plugin() {
  void* const handle = dlopen(kPlugin, RTLD_NOW | RTLD_GLOBAL);
  if (!handle) {
    const std::string reason = dlerror();
    throw DeviceError(started_text() + ", and " + kPlugin + " cannot be opened: " + reason +
                      "; install Open MPI (Debian: libopenmpi-dev openmpi-bin) and build Fovea "
                      "with FOVEA_MPI=on, or start one process");
  }
  using Entry = const FoveaMpi*();
  auto* const entry = reinterpret_cast<Entry*>(dlsym(handle, "fovea_mpi_1"));
  if (!entry)
    throw DeviceError(std::string(kPlugin) + " is of another version of Fovea; install both anew");
  return *entry();
}

struct Place {
  std::mutex mutex;
  std::weak_ptr<MpiSession> session;
  std::shared_ptr<MpiSession> failed;
};
Place& place() {
  static Place place;
  return place;
}

}  // namespace

MpiSession::MpiSession(const FoveaMpi& mpi) : mpi_(mpi) {
  if (const char* error = mpi_.start(&rank_, &size_))
    throw DeviceError("MPI does not start: " + std::string(error));
  const Launch launch = find_launch();
  if (!launch.is_job() || launch.size == size_) return;
  failed_ = true;
  throw DeviceError(started_text() + ", but MPI connects " + std::to_string(size_) +
                    (size_ == 1 ? " process" : " processes") +
                    ": this MPI does not work with that launcher; use mpirun of the same MPI, or "
                    "srun --mpi=pmix");
}

MpiSession::~MpiSession() {
  if (!failed_) mpi_.stop();
}

void MpiSession::mark_failed() noexcept {
  const std::lock_guard lock(place().mutex);
  failed_ = true;
  place().failed = shared_from_this();
}

std::shared_ptr<MpiSession> MpiSession::get() {
  const std::lock_guard lock(place().mutex);
  if (auto session = place().session.lock()) return session;
  const std::shared_ptr<MpiSession> session(new MpiSession(open_plugin()));
  place().session = session;
  return session;
}

std::shared_ptr<MpiSession> MpiSession::find() noexcept {
  const std::lock_guard lock(place().mutex);
  return place().session.lock();
}

bool has_connected_processes() noexcept { return MpiSession::find() != nullptr; }

void end_processes(int exit_code) noexcept {
  const auto session = MpiSession::find();
  if (!session) return;
  session->mark_failed();
  session->mpi().abort(exit_code);
}

}  // namespace fovea
