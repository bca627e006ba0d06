// SPDX-License-Identifier: Apache-2.0
// fovea doctor
#include "commands.h"
#include "console.h"
#include "exit_code.h"
#include "gpu_findings.h"
#include "self_check_text.h"

#include <fovea/core/error.h>
#include <fovea/core/json_writer.h>
#include <fovea/core/runtime/device_runtime.h>
#include <fovea/core/system_info.h>
#include <fovea/data/image_file.h>
#include <fovea/kernels/self_check.h>
#include <fovea/kernels/simd.h>

#include <algorithm>

namespace fovea::app {

namespace {

struct Findings {
  SystemInfo system;
  std::vector<std::string> targets;
  std::string target;
  bool exact = false;
  std::vector<std::string> decoders;
  std::vector<SelfCheck> checks;
  std::vector<std::string> libraries;
  GpuFindings gpus;

  bool healthy() const { return std::ranges::all_of(checks, &SelfCheck::passed) && gpus.healthy(); }
};

std::string or_unknown(const std::string& text) { return text.empty() ? "unknown" : text; }

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
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
  for (const std::string& decoder : f.decoders)
    rows.push_back({rows.back()[0] == "exact" ? "pictures" : "", decoder});
  for (const SelfCheck& check : f.checks) rows.push_back({"check " + check.op, verdict(check)});
  f.gpus.add_rows(rows);
  for (const std::string& path : f.libraries)
    rows.push_back(
        {rows.back()[0] == "libraries" || rows.back()[0].empty() ? "" : "libraries", path});
  return table(rows, {false, false});
}

void write_list(JsonWriter& json, const char* key, const std::vector<std::string>& words) {
  json.key(key).begin_array();
  for (const std::string& word : words) json.value(word);
  json.end_array();
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
  write_list(json, "decoders", f.decoders);
  write_checks(json, f.checks);
  f.gpus.write_to(json);
  write_list(json, "libraries", f.libraries);
  return json.end_object().str() + "\n";
}

}  // namespace

int run(const DoctorArguments& arguments) {
  Context ctx({.threads = arguments.threads});
  const Findings findings{.system = system_info(),
                          .targets = simd_targets(),
                          .target = simd_target(),
                          .exact = simd_target_is_exact(),
                          .decoders = picture_decoders(),
                          .checks = check_kernels(ctx),
                          .libraries = loaded_libraries(),
                          .gpus = GpuFindings::of_this_machine()};
  print(arguments.json ? as_json(findings) : as_text(findings));
  return findings.healthy() ? kDone : kFailed;
}

}  // namespace fovea::app
