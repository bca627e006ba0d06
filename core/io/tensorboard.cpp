// SPDX-License-Identifier: Apache-2.0
// Messages by field number: Event {wall_time = 1, step = 2, file_version = 3, summary = 5,
// session_log = 7}, Summary {value = 1}, Value {tag = 1, simple_value = 2, image = 4, histo = 5,
// tensor = 8, metadata = 9}.
#include <fovea/core/error.h>
#include <fovea/core/io/crc32c.h>
#include <fovea/core/io/protobuf_writer.h>
#include <fovea/core/io/tensorboard.h>

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <utility>

namespace fovea {

namespace {

constexpr double kKeepSeconds = 5;
constexpr size_t kKeepBytes = size_t{1} << 20;

void append_value(std::string& summary, const ProtobufWriter& value) {
  summary += ProtobufWriter().bytes(1, value.str()).str();
}

double system_wall_time() {
  using namespace std::chrono;
  return duration<double>(system_clock::now().time_since_epoch()).count();
}

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 && name[0] != 0 ? name : "localhost";
}

std::string ten_digits(int64_t seconds) {
  const std::string digits = std::to_string(seconds);
  return std::string(digits.size() < 10 ? 10 - digits.size() : 0, '0') + digits;
}

// A name in the folder that no file has.
std::string free_name(const std::string& folder, double now) {
  const std::string stem = folder + "/events.out.tfevents." +
                           ten_digits(static_cast<int64_t>(now)) + "." + host_name() + "." +
                           std::to_string(getpid()) + ".";
  int n = 0;
  while (std::filesystem::exists(stem + std::to_string(n))) n++;
  return stem + std::to_string(n);
}

// Makes the folder; the path of a file that is not in it yet.
std::string new_file(const std::string& folder, double now) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw SystemError(folder + ": cannot make this folder: " + error.message());
  return free_name(folder, now);
}

}  // namespace

EventSummary& EventSummary::scalar(std::string_view tag, double value) {
  append_value(bytes_, ProtobufWriter().bytes(1, tag).fixed(2, static_cast<float>(value)));
  return *this;
}

EventSummary& EventSummary::histogram(std::string_view tag, const Histogram& h) {
  ProtobufWriter proto;
  proto.fixed(1, h.min).fixed(2, h.max).fixed(3, static_cast<double>(h.count));
  proto.fixed(4, h.sum).fixed(5, h.sum_of_squares).packed(6, h.limits).packed(7, h.counts);
  append_value(bytes_, ProtobufWriter().bytes(1, tag).bytes(5, proto.str()));
  return *this;
}

EventSummary& EventSummary::picture(std::string_view tag, std::string_view png, int64_t height,
                                    int64_t width, int64_t channels) {
  ProtobufWriter image;
  image.varint(1, static_cast<uint64_t>(height)).varint(2, static_cast<uint64_t>(width));
  image.varint(3, static_cast<uint64_t>(channels)).bytes(4, png);
  append_value(bytes_, ProtobufWriter().bytes(1, tag).bytes(4, image.str()));
  return *this;
}

EventSummary& EventSummary::text(std::string_view tag, std::string_view markdown) {
  constexpr uint64_t kString = 7;  // DT_STRING
  const std::string dimension = ProtobufWriter().varint(1, 1).str();
  ProtobufWriter tensor;
  tensor.varint(1, kString).bytes(2, ProtobufWriter().bytes(2, dimension).str());
  tensor.bytes(8, markdown);
  const std::string plugin = ProtobufWriter().bytes(1, "text").str();
  const std::string metadata = ProtobufWriter().bytes(1, plugin).str();
  append_value(bytes_, ProtobufWriter().bytes(1, tag).bytes(8, tensor.str()).bytes(9, metadata));
  return *this;
}

EventWriter::EventWriter(const std::string& folder, int64_t step, WallTime wall_time)
    : wall_time_(wall_time ? std::move(wall_time) : system_wall_time),
      file_(new_file(folder, wall_time_())),
      last_flush_(wall_time_()) {
  const double now = last_flush_;
  add_record(ProtobufWriter().fixed(1, now).bytes(3, "brain.Event:2").str());
  constexpr uint64_t kStart = 1;
  const std::string session = ProtobufWriter().varint(1, kStart).str();
  const auto next = static_cast<uint64_t>(step + 1);
  if (step > 0) add_record(ProtobufWriter().fixed(1, now).varint(2, next).bytes(7, session).str());
  try {
    flush();
  } catch (const SystemError&) {
    std::error_code ignored;
    std::filesystem::remove(path(), ignored);  // a file without its head is none
    throw;
  }
}

EventWriter::~EventWriter() {
  try {
    flush();
  } catch (const Error&) {  // whoever must know calls flush()
  }
}

void EventWriter::write(int64_t step, const EventSummary& summary) {
  ProtobufWriter event;
  event.fixed(1, wall_time_()).varint(2, static_cast<uint64_t>(step)).bytes(5, summary.bytes());
  add_record(event.str());
  const bool long_ago = wall_time_() - last_flush_ > kKeepSeconds;
  if (long_ago || kept_.size() > kKeepBytes) flush();
}

// length, its checksum, data, its checksum
void EventWriter::add_record(std::string_view event) {
  const std::string length = little_endian(uint64_t{event.size()});
  kept_.append(length).append(little_endian(masked_crc32c(length)));
  kept_.append(event).append(little_endian(masked_crc32c(event)));
}

void EventWriter::flush() {
  last_flush_ = wall_time_();
  const std::string records = std::exchange(kept_, {});
  if (!records.empty()) file_.append(records);
}

}  // namespace fovea
