// SPDX-License-Identifier: Apache-2.0
#include "cuda_emulation/report.h"

#include "cuda_runtime_api.h"
#include "execution/place.h"
#include "report/emit.h"
#include "report/json.h"
#include "report/symbols.h"
#include "runtime/error_state.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace cuda_emulation {
namespace {

std::mutex& emitting =
    *new std::mutex;  // never destroyed: workers may report while the program ends
ReportHandler& handler = *new ReportHandler;

void append_to_file(const std::string& line) {
  const char* path = std::getenv("CUDA_EMULATION_REPORT");
  if (!path || !*path) return;
  if (FILE* file = std::fopen(path, "a")) {
    std::fprintf(file, "%s\n", line.c_str());
    std::fclose(file);
  }
}

std::string array(const uint3& index) {
  return "[" + std::to_string(index.x) + "," + std::to_string(index.y) + "," +
         std::to_string(index.z) + "]";
}

std::string object(const Place& place) {
  JsonObject json;
  if (!place.kernel.empty()) json.string("kernel", place.kernel);
  if (!place.function.empty()) json.string("function", place.function);
  if (!place.file.empty()) json.string("file", place.file).number("line", uint64_t(place.line));
  if (place.in_thread) json.raw("block", array(place.block)).raw("thread", array(place.thread));
  return json.text();
}

}  // namespace

std::string describe(const Place& place) {
  std::string text;
  if (!place.file.empty()) text += "at " + place.file + ":" + std::to_string(place.line);
  if (!place.function.empty() && place.function != place.kernel)
    text += (text.empty() ? "" : " ") + ("in " + place.function);
  if (!place.kernel.empty()) text += (text.empty() ? "" : ", ") + ("kernel " + place.kernel);
  if (place.in_thread)
    text += ", block " + describe(place.block) + ", thread " + describe(place.thread);
  return text;
}

std::string Report::text() const {
  std::string text = "==cuda_emulation== " + kind + ": " + message + "\n";
  const auto line = [&](const std::string& words) {
    text += "==cuda_emulation==   " + words + "\n";
  };
  if (!object.empty()) line("on " + object);
  if (const std::string where = describe(place); !where.empty()) line(where);
  for (const Place& other : others) line("other side: " + describe(other));
  for (const std::string& detail : details) line(detail);
  return text;
}

std::string Report::json() const {
  JsonObject json;
  json.string("kind", kind).string("message", message).string("error", cudaGetErrorName(error));
  json.raw("place", cuda_emulation::object(place));
  if (!object.empty()) json.string("object", object);
  std::vector<std::string> elements;
  for (const Place& other : others) elements.push_back(cuda_emulation::object(other));
  if (!elements.empty()) json.raw("others", JsonObject::array(elements));
  elements.clear();
  for (const std::string& detail : details) elements.push_back(JsonObject::quoted(detail));
  if (!elements.empty()) json.raw("details", JsonObject::array(elements));
  return json.text();
}

ReportHandler set_report_handler(ReportHandler replacement) {
  const std::lock_guard<std::mutex> lock(emitting);
  std::swap(handler, replacement);
  return replacement;
}

void emit(const Report& report) {
  const std::lock_guard<std::mutex> lock(emitting);
  append_to_file(report.json());
  if (handler) {
    handler(report);
  } else {
    std::fputs(report.text().c_str(), stderr);
  }
}

cudaError_t report_host_error(cudaError_t error, const char* kind, const void* return_address,
                              const char* format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  Report report;
  report.kind = kind;
  report.message = text;
  report.error = error;
  report.place = place_of_call(return_address);
  emit(report);
  return set_last_error(error);
}

}  // namespace cuda_emulation
