// SPDX-License-Identifier: Apache-2.0
#include "answer_exchange.h"

#include <cstring>

namespace fovea {
namespace {

// All of an answer but its picture's pixels, which follow.
struct AnswerHead {
  uint32_t sample;
  float probability_of_truth, probability_of_predicted, loss;
  int64_t truth, predicted, height, width, channels;
};

template <class T>
void write(std::string& bytes, const T& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

class Reader {
 public:
  explicit Reader(const std::string& bytes) : bytes_(bytes) {}
  bool at_end() const { return at_ == bytes_.size(); }
  void read(void* to, size_t count) {
    std::memcpy(to, bytes_.data() + at_, count);
    at_ += count;
  }
  template <class T>
  T read() {
    T value;
    read(&value, sizeof value);
    return value;
  }

 private:
  const std::string& bytes_;
  size_t at_ = 0;
};

}  // namespace

std::string pack_answers(const Evaluation& evaluation) {
  std::string bytes;
  const ConfusionMatrix& confusion = evaluation.confusion;
  for (int64_t truth = 0; truth < confusion.classes(); truth++)
    for (int64_t c = 0; c < confusion.classes(); c++) write(bytes, confusion.count(truth, c));
  for (const WrongAnswer& a : evaluation.worst) {
    const Image& p = a.picture;
    write(bytes, AnswerHead{a.sample, a.probability_of_truth, a.probability_of_predicted, a.loss,
                            a.truth, a.predicted, p.height, p.width, p.channels});
    bytes.append(p.pixels.begin(), p.pixels.end());
  }
  return bytes;
}

void unpack_answers(const std::string& bytes, Evaluation& evaluation,
                    const std::function<void(WrongAnswer)>& keep) {
  Reader from(bytes);
  ConfusionMatrix& confusion = evaluation.confusion;
  for (int64_t truth = 0; truth < confusion.classes(); truth++)
    for (int64_t c = 0; c < confusion.classes(); c++) confusion.add(truth, c, from.read<int64_t>());
  while (!from.at_end()) {
    const auto head = from.read<AnswerHead>();
    WrongAnswer answer;
    answer.sample = head.sample;
    answer.truth = head.truth;
    answer.predicted = head.predicted;
    answer.probability_of_truth = head.probability_of_truth;
    answer.probability_of_predicted = head.probability_of_predicted;
    answer.loss = head.loss;
    answer.picture.resize(head.height, head.width, head.channels);
    if (!answer.picture.pixels.empty())
      from.read(answer.picture.pixels.data(), answer.picture.pixels.size());
    keep(std::move(answer));
  }
}

}  // namespace fovea
