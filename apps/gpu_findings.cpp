// SPDX-License-Identifier: Apache-2.0
#include "gpu_findings.h"

#include "console.h"
#include "self_check_text.h"

#include <fovea/core/error.h>

#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace fovea::app {

namespace {

// A version as the toolkit writes it, 12040, as 12.4.
std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

// Where the system has a library; nothing where it has none.
std::optional<std::string> path_of(const char* library) {
  void* handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL);
  if (!handle) return std::nullopt;
  link_map* map = nullptr;
  const bool known = dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 && map;
  std::string path = known ? map->l_name : library;
  dlclose(handle);
  return path;
}

std::string first_path(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (auto path = path_of(name)) return *path;
  }
  return "";
}

std::string cublas_path() {
  const char* wanted = std::getenv("FOVEA_CUBLAS");
  if (!wanted) return first_path({"libcublas.so.13", "libcublas.so.12"});
  return std::string_view(wanted) == "none" ? "" : first_path({wanted});
}

std::vector<GpuFindings::Library> nvidia_libraries() {
  return {{"cublas", cublas_path(), "linear layers use Fovea's own kernels in fast numerics too"},
          {"nccl", first_path({"libnccl.so.2"}), "training on several GPUs needs it"}};
}

GpuFindings::Gpu examine(Device device) {
  GpuFindings::Gpu gpu{device, cuda_runtime()->properties(device.index), {}, ""};
  try {
    Context ctx({.device = device, .threads = 1});
    gpu.checks = check_kernels(ctx);
  } catch (const DeviceError& error) {
    gpu.trouble = error.what();
  }
  return gpu;
}

}  // namespace

GpuFindings GpuFindings::of_this_machine() {
  GpuFindings findings;
  try {
    runtime_of(Device::cuda()).require(0);
  } catch (const DeviceError& error) {
    findings.trouble = error.what();
    return findings;
  }
  for (int i = 0; i < cuda_runtime()->device_count(); i++)
    findings.gpus.push_back(examine(Device::cuda(i)));
  findings.libraries = nvidia_libraries();
  return findings;
}

bool GpuFindings::healthy() const {
  return std::ranges::all_of(gpus, [](const Gpu& gpu) {
    return gpu.trouble.empty() && std::ranges::all_of(gpu.checks, &SelfCheck::passed);
  });
}

void GpuFindings::add_rows(std::vector<std::vector<std::string>>& rows) const {
  if (gpus.empty()) rows.push_back({"gpu", trouble});
  for (const Gpu& gpu : gpus) {
    const DeviceProperties& p = gpu.properties;
    rows.push_back(
        {gpu.device.to_string(), p.name + ", sm_" + std::to_string(p.sm) + ", " +
                                     bytes_text(p.memory) + ", " + bytes_text(p.free) + " free" +
                                     (cuda_runtime()->emulated() ? "; emulated, for tests" : "")});
    for (const SelfCheck& check : gpu.checks)
      rows.push_back({"  check " + check.op, verdict(check)});
    if (!gpu.trouble.empty()) rows.push_back({"  check", gpu.trouble});
  }
  if (gpus.empty()) return;
  const RuntimeVersions versions = cuda_runtime()->versions();
  rows.push_back({"cuda", "driver for " + version_text(versions.driver) + ", built with " +
                              version_text(versions.toolkit) + " for " +
                              cuda_runtime()->architectures()});
  for (const Library& library : libraries) {
    rows.push_back(
        {library.name, library.path.empty() ? "not found: " + library.without : library.path});
  }
}

void GpuFindings::write_to(JsonWriter& json) const {
  json.key("gpus").begin_array();
  for (const Gpu& gpu : gpus) {
    const DeviceProperties& p = gpu.properties;
    json.begin_object().key("device").value(gpu.device.to_string()).key("name").value(p.name);
    json.key("sm").value(p.sm).key("memory_bytes").value(p.memory).key("free_bytes").value(p.free);
    json.key("emulated").value(cuda_runtime()->emulated());
    write_checks(json, gpu.checks);
    if (!gpu.trouble.empty()) json.key("trouble").value(gpu.trouble);
    json.end_object();
  }
  json.end_array();
  if (gpus.empty()) return;
  const RuntimeVersions versions = cuda_runtime()->versions();
  json.key("cuda").begin_object().key("driver").value(versions.driver);
  json.key("toolkit").value(versions.toolkit);
  json.key("architectures").value(cuda_runtime()->architectures());
  json.key("libraries").begin_array();
  for (const Library& library : libraries) {
    if (!library.path.empty()) json.value(library.path);
  }
  json.end_array().end_object();
}

}  // namespace fovea::app
