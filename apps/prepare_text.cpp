// SPDX-License-Identifier: Apache-2.0
#include "prepare_text.h"

#include "console.h"

#include <fovea/core/error.h>
#include <fovea/core/json_writer.h>
#include <fovea/data/picture_statistics.h>

#include <charconv>
#include <filesystem>
#include <span>

namespace fovea::app {

namespace {

std::string numbers(std::span<const float> values, int digits) {
  std::string text;
  for (const float value : values) text += (text.empty() ? "" : "  ") + fixed(value, digits);
  return text;
}

std::string part_line(const char* name, const PreparedPart& part) {
  std::string text = std::string(name) + grouped(part.samples) + " pictures in " +
                     grouped(part.shards) + (part.shards == 1 ? " shard, " : " shards, ") +
                     bytes_text(part.bytes);
  if (part.skipped > 0) text += ", " + grouped(part.skipped) + " skipped";
  return text + "\n";
}

void write_part(JsonWriter& json, const char* name, const PreparedPart& part) {
  json.key(name).begin_object().key("samples").value(part.samples);
  json.key("shards").value(part.shards).key("bytes").value(part.bytes);
  json.key("skipped").value(part.skipped).end_object();
}

void write_numbers(JsonWriter& json, const char* name, std::span<const float> values) {
  json.key(name).begin_array();
  for (const float value : values) json.value(value);
  json.end_array();
}

}  // namespace

uint64_t parse_bytes(const std::string& text) {
  uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const std::string unit(stop, end);
  const int shift = unit.empty() ? 0 : unit == "K" ? 10 : unit == "M" ? 20 : unit == "G" ? 30 : -1;
  constexpr uint64_t kMost = uint64_t{1} << 40;
  if (error != std::errc() || shift < 0 || number == 0 || number > kMost >> shift) {
    throw ConfigError("--shard-size " + text + ": bytes as 1G, 500M, 64K or a plain number wanted");
  }
  return number << shift;
}

std::string prepared_as_text(const std::string& folder, const PrepareResult& result) {
  const PictureStatistics s = load_statistics(folder);
  std::string text = folder + ": pictures of " + s.size.to_string() + " pixels, " +
                     grouped(static_cast<int64_t>(result.classes.size())) + " classes\n" +
                     part_line("  train        ", result.train);
  if (result.val.samples > 0) text += part_line("  val          ", result.val);
  text += "  mean         " + numbers(s.mean, 3) + "   (0..255)\n";
  text += "  std          " + numbers(s.std_dev, 3) + "\n";
  if (s.channels == 3) text += "  eigenvalues  " + numbers(s.pca.values, 3) + "\n";
  if (result.skipped() > 0) {
    text += "  skipped      listed with reasons in " +
            (std::filesystem::path(folder) / "skipped.tsv").string() + "\n";
  }
  return text;
}

std::string prepared_as_json(const std::string& folder, const PrepareResult& result) {
  const PictureStatistics s = load_statistics(folder);
  JsonWriter json;
  json.begin_object().key("folder").value(folder).key("classes").value(result.classes.size());
  write_part(json, "train", result.train);
  if (result.val.samples > 0) write_part(json, "val", result.val);
  write_numbers(json, "mean", s.mean);
  write_numbers(json, "std", s.std_dev);
  if (s.channels == 3) write_numbers(json, "eigval", s.pca.values);
  return json.end_object().str() + "\n";
}

std::string check_as_text(const std::string& folder, const CheckResult& result) {
  return folder + ": " + grouped(result.samples) + " samples looked at, " +
         (result.found == 0 ? "all is well" : grouped(result.found) + " things are wrong") + "\n";
}

std::string check_as_json(const std::string& folder, const CheckResult& result) {
  JsonWriter json;
  json.begin_object().key("folder").value(folder).key("samples").value(result.samples);
  return json.key("wrong").value(result.found).end_object().str() + "\n";
}

}  // namespace fovea::app
