// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/config.h>
#include <fovea/core/error.h>
#include <fovea/core/io/atomic_file.h>
#include <fovea/core/json_writer.h>
#include <fovea/core/number_text.h>
#include <fovea/core/runtime/device_runtime.h>
#include <fovea/core/system_info.h>
#include <fovea/kernels/simd.h>
#include <fovea/optim/run_environment.h>

#include <filesystem>
#include <optional>
#include <vector>

namespace fovea {

namespace {

void write_source(JsonWriter& json, const char* key, const BatchSource* source) {
  if (!source) return;
  json.key(key).begin_object().key("samples").value(source->samples());
  json.key("classes").value(source->classes().size());
  json.key("image").begin_array();
  for (int i = 0; i < source->image().rank(); i++) json.value(source->image()[i]);
  json.end_array();
  const std::string fingerprint = source->fingerprint();
  if (!fingerprint.empty()) json.key("sha256").value(fingerprint);
  json.end_object();
}

// "cpu", "cuda:0, NVIDIA H100 (sm_90)".
std::string device_text(Device device) {
  if (device.is_cpu()) return device.to_string();
  const DeviceProperties properties = runtime_of(device).properties(device.index);
  return device.to_string() + ", " + properties.name + " (sm_" + std::to_string(properties.sm) +
         ")";
}

void write_machine(JsonWriter& json, const Context& ctx) {
  const SystemInfo info = system_info();
  json.key("system").value(info.system).key("cpu").value(info.cpu);
  json.key("processors").value(info.usable).key("memory_bytes").value(info.memory_bytes);
  json.key("device").value(device_text(ctx.device()));
  json.key("threads").value(ctx.threads()).key("simd").value(simd_target());
  json.key("numerics").value(ctx.numerics() == Numerics::exact ? "exact" : "fast");
}

// The object of what a folder's env.json says, and those that it keeps; empty when it says nothing.
std::vector<std::string> earlier_parts(const std::string& path) try {
  const Config old = Config::load(path);
  std::vector<std::string> parts;
  for (const Config& part :
       old.find("earlier").exists() ? old.at("earlier").items() : std::vector<Config>())
    parts.push_back(part.to_json());
  JsonWriter newest;
  newest.begin_object();
  for (const std::string& key : old.keys()) {
    if (key != "earlier") newest.key(key).raw(old.at(key).to_json());
  }
  parts.push_back(newest.end_object().str());
  return parts;
} catch (const ConfigError&) {
  return {};
}

}  // namespace

std::string describe_environment(const Context& ctx, const BatchSource* train,
                                 const BatchSource* val) {
  JsonWriter json;
  json.begin_object().key("version").value(version()).key("commit").value(commit());
  json.key("command").begin_array();
  for (const std::string& word : command_line()) json.value(word);
  json.end_array();
  std::error_code ignored;
  json.key("directory").value(std::filesystem::current_path(ignored).string());
  json.key("started").value(utc_text_now());
  write_machine(json, ctx);
  json.key("data").begin_object();
  write_source(json, "train", train);
  write_source(json, "val", val);
  return json.end_object().end_object().str();
}

void write_environment(const RunFolder& folder, const std::string& environment, int64_t from_step) {
  JsonWriter json;
  json.begin_object().key("from_step").value(from_step);
  const Config now = Config::parse(environment, "environment");
  for (const std::string& key : now.keys()) json.key(key).raw(now.at(key).to_json());
  const auto earlier =
      from_step > 0 ? earlier_parts(folder.environment()) : std::vector<std::string>();
  if (!earlier.empty()) {
    json.key("earlier").begin_array();
    for (const std::string& part : earlier) json.raw(part);
    json.end_array();
  }
  write_file_atomically(folder.environment(), format_json(json.end_object().str()) + "\n",
                        Sync::none);
}

}  // namespace fovea
