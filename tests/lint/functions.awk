# SPDX-License-Identifier: LGPL-2.1-or-later
# Finds functions of C and C++ that are longer than `limit` lines. Not a parser: it follows braces outside of comments and
# literals, and takes a brace for a function's where the words before it hold a parenthesis and no enclosing brace is a
# function's already. A brace that stands right behind a name, =, a comma or a bracket initialises something.

function reset() {
	depth = 0
	inFunction = 0
	head = ""
	headLine = 0
	inComment = 0
	rawEnd = ""
	preprocessor = 0
}

FNR == 1 { reset() }

# The kinds kept on the stack: f function, i initialiser, s scope (namespace, class, enum), b block inside a function.
function kindOf(text, before) {
	if (inFunction) return "b"
	if (before ~ /[A-Za-z0-9_>=,(\[]/) return "i"
	if (text ~ /(^|[^A-Za-z0-9_])(namespace|class|struct|union|enum)([^A-Za-z0-9_]|$)/ && text !~ /\)[^)]*$/) return "s"
	if (index(text, "(") > 0) return "f"
	return "s"
}

function open(before, kind) {
	kind = kindOf(head, before)
	depth++
	stack[depth] = kind
	heads[depth] = head
	headLines[depth] = headLine
	if (kind == "f") {
		inFunction = depth
		firstLine = headLine
	}
	head = ""
	headLine = 0
}

function shut() {
	if (depth == 0) return
	if (depth == inFunction) {
		if (FNR - firstLine + 1 > limit)
			printf "%s:%d: a function of %d lines (at most %d)\n", FILENAME, firstLine, FNR - firstLine + 1, limit
		inFunction = 0
	}
	if (stack[depth] == "i") { # what was begun before the initialiser goes on
		head = heads[depth] " {}"
		headLine = headLines[depth]
	} else {
		head = ""
		headLine = 0
	}
	depth--
}

function literal(line, i, quote, c) {
	for (i++; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (c == "\\") i++
		else if (c == quote) break
	}
	return i
}

{
	line = $0
	i = 1
	if (rawEnd != "") {
		at = index(line, rawEnd)
		if (at == 0) next
		i = at + length(rawEnd)
		rawEnd = ""
	}
	if (preprocessor || (!inComment && line ~ /^[ \t]*#/)) {
		preprocessor = line ~ /\\$/
		next
	}
	before = "\n"
	for (; i <= length(line); i++) {
		c = substr(line, i, 1)
		two = substr(line, i, 2)
		if (inComment) {
			if (two == "*/") { inComment = 0; i++ }
			continue
		}
		if (two == "//") break
		if (two == "/*") { inComment = 1; i++; continue }
		if (c == "\"" && before == "R") {
			rest = substr(line, i + 1)
			rawEnd = ")" substr(rest, 1, index(rest, "(") - 1) "\""
			at = index(rest, rawEnd)
			if (at == 0) break
			i += at + length(rawEnd) - 1
			rawEnd = ""
			before = "\""
			continue
		}
		if (c == "\"" || (c == "'" && before !~ /[0-9A-Fa-f]/)) {
			i = literal(line, i, c)
			before = c
			continue
		}
		if (c == "{") open(before)
		else if (c == "}") shut()
		else if (c == ";" && head !~ /\([^)]*$/) { head = ""; headLine = 0 }
		else if (c !~ /[ \t]/) {
			if (head == "") headLine = FNR
			head = head c
		} else if (head != "") head = head " "
		if (!inFunction && head ~ /^(public|private|protected) *:$/) { head = ""; headLine = 0 }
		before = c
	}
}
