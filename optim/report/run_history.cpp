// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/config.h>
#include <fovea/core/error.h>
#include <fovea/core/io/text_file.h>
#include <fovea/optim/run_history.h>

#include <charconv>
#include <string>

namespace fovea {

namespace {

using Score = RunHistory::Score;

// Calls take(line) with each whole line of a file.
template <class Take>
void each_line(const std::string& path, Take take) {
  const std::string text = read_text_file(path);
  for (const std::string_view line : whole_lines(text)) take(std::string(line));
}

std::optional<RunHistory::Step> step_of(const std::string& line) try {
  const Config json = Config::parse(line, "");
  RunHistory::Step step;
  step.step = json.get<int64_t>("step");
  step.epoch = json.get<int64_t>("epoch");
  step.score = {json.get<double>("loss"), json.get<double>("top1"), json.get<double>("top5")};
  step.lr = json.get<double>("lr");
  json.check();
  return step;
} catch (const ConfigError&) {
  return std::nullopt;
}

// The numbers of a line of CSV; none for an empty cell. Empty when something else is in it.
std::vector<std::optional<double>> numbers_in(const std::string& line) {
  std::vector<std::optional<double>> numbers;
  for (size_t at = 0; at <= line.size();) {
    const size_t end = std::min(line.find(',', at), line.size());
    double number = 0;
    const auto read = std::from_chars(line.data() + at, line.data() + end, number);
    const bool whole = read.ec == std::errc() && read.ptr == line.data() + end;
    if (!whole && end != at) return {};
    numbers.push_back(whole ? std::optional(number) : std::nullopt);
    at = end + 1;
  }
  return numbers;
}

std::optional<Score> score_at(const std::vector<std::optional<double>>& cells, size_t at) {
  if (!cells[at] || !cells[at + 1] || !cells[at + 2]) return std::nullopt;
  return Score{*cells[at], *cells[at + 1], *cells[at + 2]};
}

std::optional<RunHistory::Epoch> epoch_of(const std::string& line) {
  const auto cells = numbers_in(line);
  if (cells.size() != 8 || !cells[0] || !cells[1]) return std::nullopt;
  const auto train = score_at(cells, 2);
  if (!train) return std::nullopt;
  return RunHistory::Epoch{static_cast<int64_t>(*cells[0]), static_cast<int64_t>(*cells[1]), *train,
                           score_at(cells, 5)};
}

std::optional<RunHistory::EpochSpeed> speed_of(const std::string& line) {
  const auto cells = numbers_in(line);
  if (cells.size() != 4 || !cells[0] || !cells[1] || !cells[2] || !cells[3]) return std::nullopt;
  return RunHistory::EpochSpeed{static_cast<int64_t>(*cells[0]), *cells[1], *cells[2], *cells[3]};
}

std::optional<RunHistory::EpochCommunication> communication_of(const std::string& line) {
  const auto cells = numbers_in(line);
  if (cells.size() != 6 || !cells[0] || !cells[1] || !cells[2] || !cells[3]) return std::nullopt;
  RunHistory::EpochCommunication epoch{
      static_cast<int64_t>(*cells[0]), static_cast<int64_t>(*cells[1]),
      static_cast<int64_t>(*cells[2]), static_cast<int64_t>(*cells[3])};
  if (cells[4] && cells[5]) epoch.times = {*cells[4], *cells[5]};
  return epoch;
}

}  // namespace

RunHistory RunHistory::read(const RunFolder& folder) {
  RunHistory history;
  each_line(folder.metrics(), [&](const std::string& line) {
    if (auto step = step_of(line)) history.steps.push_back(*step);
  });
  each_line(folder.results(), [&](const std::string& line) {
    if (auto epoch = epoch_of(line)) history.epochs.push_back(*epoch);
  });
  each_line(folder.speed(), [&](const std::string& line) {
    if (auto speed = speed_of(line)) history.speeds.push_back(*speed);
  });
  each_line(folder.ranks(), [&](const std::string& line) {
    if (auto epoch = communication_of(line)) history.communication.push_back(*epoch);
  });
  return history;
}

int64_t RunHistory::steps_per_epoch() const {
  return epochs.empty() || epochs[0].epoch == 0 ? 0 : epochs[0].step / epochs[0].epoch;
}

const RunHistory::Epoch* RunHistory::best() const {
  const Epoch* best = nullptr;
  for (const Epoch& epoch : epochs) {
    if (epoch.val && (!best || epoch.val->top1 > best->val->top1)) best = &epoch;
  }
  return best;
}

}  // namespace fovea
