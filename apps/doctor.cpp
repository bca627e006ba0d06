// SPDX-License-Identifier: Apache-2.0
// fovea doctor
#include "commands.h"
#include "console.h"
#include "exit_code.h"

#include <fovea/core/error.h>
#include <fovea/core/json_writer.h>
#include <fovea/core/runtime/device_runtime.h>
#include <fovea/core/system_info.h>
#include <fovea/kernels/self_check.h>
#include <fovea/kernels/simd.h>

#include <algorithm>

namespace fovea::app {

namespace {

struct GpuFindings {
  Device device;
  DeviceProperties properties;
  std::vector<SelfCheck> checks;
  std::string trouble;  // why the checks could not run
};

struct Findings {
  SystemInfo system;
  std::vector<std::string> targets;
  std::string target;
  bool exact = false;
  std::vector<SelfCheck> checks;
  std::vector<std::string> libraries;
  std::vector<GpuFindings> gpus;
  std::string gpu_trouble;  // why there are none

  bool healthy() const {
    const auto good = [](const std::vector<SelfCheck>& list) {
      return std::ranges::all_of(list, &SelfCheck::passed);
    };
    return good(checks) && std::ranges::all_of(gpus, good, &GpuFindings::checks);
  }
};

std::string or_unknown(const std::string& text) { return text.empty() ? "unknown" : text; }

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string verdict(const SelfCheck& check) {
  std::string text = check.passed ? "ok" : "WRONG";
  if (check.same_bits) return text + ", the specified bits";
  return text + ", off by up to " + JsonWriter().value(check.largest_error).str();
}

// A version as the toolkit writes it, 12040, as 12.4.
std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

void add_gpu_rows(const Findings& f, std::vector<std::vector<std::string>>& rows) {
  if (f.gpus.empty()) rows.push_back({"gpu", f.gpu_trouble});
  for (const GpuFindings& gpu : f.gpus) {
    const DeviceProperties& p = gpu.properties;
    rows.push_back(
        {gpu.device.to_string(), p.name + ", sm_" + std::to_string(p.sm) + ", " +
                                     bytes_text(p.memory) + ", " + bytes_text(p.free) + " free" +
                                     (cuda_runtime()->emulated() ? "; emulated, for tests" : "")});
    for (const SelfCheck& check : gpu.checks)
      rows.push_back({"  check " + check.op, verdict(check)});
    if (!gpu.trouble.empty()) rows.push_back({"  check", gpu.trouble});
  }
  if (f.gpus.empty()) return;
  const RuntimeVersions versions = cuda_runtime()->versions();
  rows.push_back({"cuda", "driver for " + version_text(versions.driver) + ", built with " +
                              version_text(versions.toolkit) + " for " +
                              cuda_runtime()->architectures()});
}

std::string as_text(const Findings& f) {
  const SystemInfo& s = f.system;
  std::vector<std::vector<std::string>> rows{
      {"fovea", version()},
      {"system", or_unknown(s.system)},
      {"cpu", or_unknown(s.cpu)},
      {"processors",
       std::to_string(s.usable) + " usable (affinity, cgroup) of " + std::to_string(s.online)},
      {"memory", bytes_text(static_cast<uint64_t>(s.memory_bytes)) + ", " +
                     bytes_text(static_cast<uint64_t>(s.available_bytes)) + " available"},
      {"huge pages", or_unknown(s.huge_pages)},
      {"simd", f.target + " in use; this machine runs " + joined(f.targets)},
      {"exact", f.exact ? "possible: fused multiply-add"
                        : "not possible: no fused multiply-add; numerics=fast works"}};
  for (const SelfCheck& check : f.checks) rows.push_back({"check " + check.op, verdict(check)});
  add_gpu_rows(f, rows);
  for (const std::string& path : f.libraries)
    rows.push_back(
        {rows.back()[0] == "libraries" || rows.back()[0].empty() ? "" : "libraries", path});
  return table(rows, {false, false});
}

void write_checks(JsonWriter& json, const std::vector<SelfCheck>& checks) {
  json.key("checks").begin_array();
  for (const SelfCheck& check : checks) {
    json.begin_object().key("op").value(check.op).key("passed").value(check.passed);
    json.key("same_bits").value(check.same_bits);
    json.key("largest_error").value(check.largest_error).end_object();
  }
  json.end_array();
}

void write_list(JsonWriter& json, const char* key, const std::vector<std::string>& words) {
  json.key(key).begin_array();
  for (const std::string& word : words) json.value(word);
  json.end_array();
}

void write_gpus(JsonWriter& json, const Findings& f) {
  json.key("gpus").begin_array();
  for (const GpuFindings& gpu : f.gpus) {
    const DeviceProperties& p = gpu.properties;
    json.begin_object().key("device").value(gpu.device.to_string()).key("name").value(p.name);
    json.key("sm").value(p.sm).key("memory_bytes").value(p.memory).key("free_bytes").value(p.free);
    json.key("emulated").value(cuda_runtime()->emulated());
    write_checks(json, gpu.checks);
    if (!gpu.trouble.empty()) json.key("trouble").value(gpu.trouble);
    json.end_object();
  }
  json.end_array();
  if (f.gpus.empty()) return;
  const RuntimeVersions versions = cuda_runtime()->versions();
  json.key("cuda").begin_object().key("driver").value(versions.driver);
  json.key("toolkit").value(versions.toolkit);
  json.key("architectures").value(cuda_runtime()->architectures()).end_object();
}

std::string as_json(const Findings& f) {
  const SystemInfo& s = f.system;
  JsonWriter json;
  json.begin_object().key("version").value(version()).key("system").value(s.system);
  json.key("cpu").value(s.cpu).key("processors").value(s.online).key("usable").value(s.usable);
  json.key("memory_bytes").value(s.memory_bytes).key("available_bytes").value(s.available_bytes);
  json.key("huge_pages").value(s.huge_pages).key("simd").value(f.target);
  write_list(json, "simd_targets", f.targets);
  json.key("exact").value(f.exact);
  write_checks(json, f.checks);
  write_gpus(json, f);
  write_list(json, "libraries", f.libraries);
  return json.end_object().str() + "\n";
}

GpuFindings examine(Device device) {
  GpuFindings gpu{device, cuda_runtime()->properties(device.index), {}, ""};
  try {
    Context ctx({.device = device, .threads = 1});
    gpu.checks = check_kernels(ctx);
  } catch (const DeviceError& error) {
    gpu.trouble = error.what();
  }
  return gpu;
}

void find_gpus(Findings& findings) {
  try {
    runtime_of(Device::cuda()).require(0);
    for (int i = 0; i < cuda_runtime()->device_count(); i++)
      findings.gpus.push_back(examine(Device::cuda(i)));
  } catch (const DeviceError& error) {
    findings.gpu_trouble = error.what();
  }
}

}  // namespace

int run(const DoctorArguments& arguments) {
  Context ctx({.threads = arguments.threads});
  Findings findings{system_info(),          simd_targets(),     simd_target(),
                    simd_target_is_exact(), check_kernels(ctx), loaded_libraries()};
  find_gpus(findings);
  print(arguments.json ? as_json(findings) : as_text(findings));
  return findings.healthy() ? kDone : kFailed;
}

}  // namespace fovea::app
