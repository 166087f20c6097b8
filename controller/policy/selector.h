// SPDX-License-Identifier: Apache-2.0
//
// Label selectors (docs/semantics.md, section 4): whether one matches, and its canonical text.
// Pure. Used by resolve.cc for subjects and peers; the text goes into identities (identity.h) and
// comments.
#ifndef PORTCULLIS_CONTROLLER_POLICY_SELECTOR_H_
#define PORTCULLIS_CONTROLLER_POLICY_SELECTOR_H_

#include <string>
#include <string_view>

#include "k8s-client/types.h"

namespace portcullis::policy {

/// Whether every requirement holds for `labels`; a selector that was not understood matches nothing
/// (4.3).
[[nodiscard]] bool Matches(const k8s::LabelSelector& selector, const k8s::Labels& labels);

/// kubectl's notation, `app=web,!legacy,tier in (a,b)`; `*` for the selector that matches
/// everything. Different selectors have different texts, whatever characters their labels hold.
[[nodiscard]] std::string ToText(const k8s::LabelSelector& selector);

/// `text` with every character that has a meaning in texts of identities written as %XX, so that
/// texts put together from several parts stay unambiguous. Letters, digits, `-`, `_`, `.` and the
/// characters of `plain` stay as they are.
[[nodiscard]] std::string Escape(std::string_view text, std::string_view plain = "");

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_SELECTOR_H_
