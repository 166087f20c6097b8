// SPDX-License-Identifier: Apache-2.0
//
// See matrix_text.h.
#include "controller/cli/matrix_text.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "controller/insight/wording.h"

namespace portcullis::cli {
namespace {

using insight::Answer;
using insight::MatrixView;

constexpr std::string_view kSmall = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kCapitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr size_t kNameWidth = 38;  // Of a name that may be cut.
constexpr size_t kLeastColumns = 8;

std::string Right(const std::string& text, size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string Left(const std::string& text, size_t width) {
  return text + std::string(width - std::min(width, text.size()), ' ');
}

/// The letters of answers, in the order of their use, and the sign of those that got none.
class Letters {
 public:
  Letters(std::string letters, char no_letter)
      : letters_(std::move(letters)),
        no_letter_(no_letter) {}

  char Of(const Answer& answer) {
    const char next = given_.size() < letters_.size() ? letters_[given_.size()] : no_letter_;
    return given_.try_emplace(answer, next).first->second;
  }

  [[nodiscard]] std::string Legend() const {
    std::map<char, std::string> by_letter;
    for (const auto& [answer, letter] : given_) {
      by_letter[letter] += (by_letter[letter].empty() ? "" : "; or ") + ToText(answer);
    }
    std::string text;
    for (const char letter : letters_ + no_letter_) {
      const auto answer = by_letter.find(letter);
      text += answer == by_letter.end()
                  ? ""
                  : "  " + std::string(1, letter) + "  " + answer->second + "\n";
    }
    return text;
  }

 private:
  std::string letters_;
  char no_letter_;
  std::map<Answer, char> given_;
};

bool IsAudited(const Answer& answer) {
  return !answer.would_deny.empty();
}

/// What stands in the cells. Where nothing is audited, capitals are small letters' continuation.
class Signs {
 public:
  Signs(const MatrixView& view, bool colour)
      : view_(view),
        colour_(colour),
        is_audited_(std::any_of(view.answers().begin(), view.answers().end(), IsAudited)),
        some_(std::string(kSmall).append(is_audited_ ? "" : kCapitals), '+'),
        audited_(std::string(kCapitals), '!') {}

  std::string Of(const Answer* answer) {
    if (answer == nullptr) {
      return " ";
    }
    if (answer->ports.empty()) {
      return Coloured("·", "2");
    }
    if (IsAudited(*answer)) {
      return Coloured(std::string(1, audited_.Of(*answer)), "1;35");
    }
    return view_.IsAll(*answer) ? Coloured("●", "32")
                                : Coloured(std::string(1, some_.Of(*answer)), "33");
  }

  [[nodiscard]] std::string Legend() const {
    const std::string some = some_.Legend();
    const std::string audited = audited_.Legend();
    return std::string("● everything   · nothing") +
           (some.empty() && audited.empty() ? "" : "   a letter: what stands here") +
           (audited.empty() ? "" : "; a capital: audited policies would deny some of it") + "\n" +
           some + audited;
  }

 private:
  [[nodiscard]] std::string Coloured(const std::string& text, const std::string& code) const {
    return colour_ ? "\033[" + code + "m" + text + "\033[0m" : text;
  }

  const MatrixView& view_;
  bool colour_;
  bool is_audited_;
  Letters some_;
  Letters audited_;
};

class Table {
 public:
  Table(const MatrixView& view,
        std::optional<Family> family,
        const MatrixTextOptions& options,
        Signs& signs)
      : view_(view),
        family_(family),
        options_(options),
        signs_(signs),
        digits_(std::to_string(view.lines().size()).size()) {
    for (const insight::MatrixLine& line : view.lines()) {
      name_width_ = std::max(name_width_, line.name.size());
    }
    if (!options.whole_names) {
      name_width_ = std::min(name_width_, kNameWidth);
    }
  }

  std::string Render(const std::vector<size_t>& rows, const std::vector<size_t>& columns) {
    const size_t left = digits_ + 1 + name_width_ + 1;
    const size_t room = std::max(options_.width, left + kLeastColumns) - left;
    cell_ = columns.size() * (digits_ + 1) <= room ? digits_ + 1 : 2;
    const size_t per_block = std::max<size_t>(room / cell_, 1);
    std::string text;
    for (size_t first = 0; first < columns.size(); first += per_block) {
      const size_t last = std::min(first + per_block, columns.size());
      text += (text.empty() ? "" : "\n") + Block(rows,
                                                 {columns.begin() + static_cast<ptrdiff_t>(first),
                                                  columns.begin() + static_cast<ptrdiff_t>(last)});
    }
    return text;
  }

  /// What was cut from names, by the number of the line.
  [[nodiscard]] std::string WholeNames() const {
    std::string text;
    for (size_t i = 0; i < view_.lines().size(); ++i) {
      const std::string& name = view_.lines()[i].name;
      if (name.size() > name_width_) {
        text += "  " + Right(std::to_string(i + 1), digits_) + "  " + name + "\n";
      }
    }
    return text;
  }

 private:
  /// Numbers across where they fit, else digit below digit.
  [[nodiscard]] std::string Heading(const std::vector<size_t>& columns) const {
    std::string text;
    const bool is_across = cell_ > digits_;
    for (size_t row = 0; row < (is_across ? 1 : digits_); ++row) {
      text += std::string(digits_ + 1 + name_width_ + 1, ' ');
      for (const size_t column : columns) {
        const std::string number = Right(std::to_string(column + 1), digits_);
        text += Right(is_across ? number : number.substr(row, 1), cell_);
      }
      text += "\n";
    }
    return text;
  }

  std::string Block(const std::vector<size_t>& rows, const std::vector<size_t>& columns) {
    std::string text = Heading(columns);
    for (const size_t row : rows) {
      text += Right(std::to_string(row + 1), digits_) + " " +
              Left(Cut(view_.lines()[row].name), name_width_) + " ";
      for (const size_t column : columns) {
        text += std::string(cell_ - 1, ' ') + signs_.Of(AnswerOf(row, column));
      }
      text.erase(text.find_last_not_of(' ') + 1);
      text += "\n";
    }
    return text;
  }

  [[nodiscard]] const Answer* AnswerOf(size_t row, size_t column) const {
    return family_ ? view_.Answer(*family_, row, column) : view_.Answer(row, column);
  }

  [[nodiscard]] std::string Cut(const std::string& name) const {
    return name.size() <= name_width_ ? name : name.substr(0, name_width_ - 3) + "...";
  }

  const MatrixView& view_;
  std::optional<Family> family_;
  const MatrixTextOptions& options_;
  Signs& signs_;
  size_t digits_;
  size_t name_width_ = 0;
  size_t cell_ = 2;
};

/// The lines of a namespace, or all of them.
std::vector<size_t> LinesOf(const MatrixView& view, const std::string& ns) {
  std::vector<size_t> lines;
  for (size_t i = 0; i < view.lines().size(); ++i) {
    if (ns.empty() || view.NamespaceOf(i) == ns) {
      lines.push_back(i);
    }
  }
  return lines;
}

std::string Tables(Table& table, const MatrixView& view, const std::string& ns) {
  const std::vector<size_t> all = LinesOf(view, "");
  const std::string names = table.WholeNames();
  std::string text;
  if (ns.empty()) {
    text = "From the row to the column:\n\n" + table.Render(all, all);
  } else {
    const std::vector<size_t> own = LinesOf(view, ns);
    text = "To pods of " + ns + ", from the row to the column:\n\n" + table.Render(all, own) +
           "\nFrom pods of " + ns + ", from the row to the column:\n\n" + table.Render(own, all);
  }
  return text + "\n" + (names.empty() ? "" : "In full:\n" + names + "\n");
}

}  // namespace

std::string ToText(const MatrixView& view, const MatrixTextOptions& options) {
  Signs signs(view, options.colour);
  std::string text;
  if (view.FamiliesAgree()) {
    Table table(view, std::nullopt, options, signs);
    text = Tables(table, view, options.ns);
  } else {
    for (const Family family : view.families()) {
      Table table(view, family, options, signs);
      text += insight::FamilyName(family) + ". " + Tables(table, view, options.ns);
    }
  }
  return text + signs.Legend() +
         "Blank: no policy decides (a pod and itself, ends that are no pods). A node always "
         "reaches "
         "its own pods.\n";
}

}  // namespace portcullis::cli
