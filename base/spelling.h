// SPDX-License-Identifier: Apache-2.0
//
// How far two words are from each other, for guesses at what was meant: options and commands
// (controller/cli/nearest.h), pods and policies (controller/insight/close_names.h). Pure. What is
// near enough is for those to say.
#ifndef PORTCULLIS_BASE_SPELLING_H_
#define PORTCULLIS_BASE_SPELLING_H_

#include <cstddef>
#include <string_view>

namespace portcullis {

/// How many letters must be put in, taken out, changed or swapped with the next one: the distance
/// of Damerau and Levenshtein, each letter being touched once at most.
[[nodiscard]] size_t SlipsBetween(std::string_view from, std::string_view to);

}  // namespace portcullis

#endif  // PORTCULLIS_BASE_SPELLING_H_
