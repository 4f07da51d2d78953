# Turns a text file into a string, line by line: pieces stay short because a compiler may refuse long literals.
file(READ ${TEXT} content)
string(REPLACE "\\" "\\\\" content "${content}")
string(REPLACE "\"" "\\\"" content "${content}")
string(REPLACE "?" "\\?" content "${content}")
string(REPLACE "\n" "\\n\"\n    \"" content "${content}")
file(WRITE ${OUTPUT} "// Generated from ${TEXT}.\n#include <string_view>\nnamespace gatehouse::pages {\nextern const std::string_view ${SYMBOL};\nconst std::string_view ${SYMBOL} =\n    \"${content}\";\n}  // namespace gatehouse::pages\n")
