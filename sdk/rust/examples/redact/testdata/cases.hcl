case "redacts a prompt" {
  config = { patterns = { CARD = "\\b4\\d{3}( ?\\d{4}){3}\\b" } }
  system = "Cards begin with 4."
  user   = "é 4111 1111 1111 1111, 41111"
  answer = "Yes."
  expect {
    system = "Cards begin with 4."
    prompt = "é [CARD], 41111"
    answer = "Yes."
  }
}

case "redacts an answer" {
  config = { patterns = { CARD = "\\b4\\d{3}( ?\\d{4}){3}\\b", MAIL = "[\\w.]+@[\\w.]+\\.(com|org)\\b" } }
  user   = "Who is it?"
  answer = "é 4111 1111 1111 1111 or a.b@c.org? 41111 x@y.comé z@z.com"
  expect { answer = "é [CARD] or [MAIL]? 41111 [MAIL]é [MAIL]" }
}

case "needs patterns" {
  config = { patterns = { A = "(" } }
  expect { refused = "pattern 0" }
}
