"""Makes Liquid templates from a seed: the same seed, the same templates, on any machine.

Each is a template with the data it is rendered with. They are built from the tags and filters of Liquid as people
write them, from values that lie at the edges of what a filter takes, and from white space where it matters.
"""

import random

DATA = {
    "name": "Ana Maria", "empty_text": "", "spaces": "  two  words ", "digits": "12", "decimal": "3.50",
    "n": 5, "zero": 0, "minus": -7, "f": 2.5, "g": -0.75, "yes": True, "no": False, "nothing": None,
    "html": "<p class=\"a\">Tom & 'Jo' &amp; co</p>", "lines": "one\ntwo\r\nthree\n", "accents": "Éric & Zoë à Århus",
    "csv": "a,b,,c,", "path": "/x/y z?q=1&r=é", "date": "2026-03-02 21:50:07", "day": "March 14, 2016",
    "stamp": 1152098955, "long": "The quick brown fox jumps over the lazy dog, and then it sleeps",
    "numbers": [3, 1, 2, 10, 1], "words": ["pear", "Apple", "fig", "apple", "Fig"], "mixed": [1, "a", None, 2.5, True],
    "none": [], "nested": [[1, 2], [3, [4, 5]]], "hash": {"a": 1, "b": "two", "size": "big"}, "empty_hash": {},
    "products": [
        {"title": "Shoe", "price": 30, "type": "wear", "ok": True, "tags": ["x", "y"]},
        {"title": "apple", "price": 5, "type": "food", "ok": False, "tags": []},
        {"title": "Zebra", "price": 12, "type": "toy", "ok": True, "tags": ["z"]},
        {"title": "bread", "price": 5, "type": "food", "ok": None, "tags": ["x"]},
    ],
    "user": {"name": "Bo", "age": 41, "address": {"city": "Lyon", "zip": "69001"}},
}
PARTIALS = {
    "card": "[{{ title }}|{{ price | default: 'free' }}]",
    "row": "({{ row.title }}:{{ forloop.index }})",
    "sets": "{% assign made = 'here' %}{{ name }}",
    "shop/item": "<{{ item }}>",
    "loops": "{% for i in (1..2) %}{{ i }}{% endfor %}",
}
TEXTS = ["name", "empty_text", "spaces", "digits", "decimal", "html", "lines", "accents", "csv", "path", "long"]
NUMBERS = ["n", "zero", "minus", "f", "g", "digits", "decimal"]
LISTS = ["numbers", "words", "none", "products"]
ANY = list(DATA) + ["missing", "user.name", "user.address.city", "user.none.deep", "hash.a", "hash['b']", "words[0]",
                    "words[-1]", "words[9]", "products[1].title", "products.first.price", "words.last", "words.size",
                    "name.size", "numbers.first", "products[0].tags[1]"]
LITERALS = ["'a'", "'b c'", "\"q\"", "''", "' '", "','", "'1'", "'2.5'", "'-3x'", "1", "0", "-2", "3", "7", "2.5", "-0.5",
            "10.0", "true", "false", "nil"]
WORDS = ["alpha", "beta", "gamma delta", "x", "", "Hello, World!", "A-1", "…", "été"]

# What is wrong in itself, or takes any value; @ is one.
MISTAKES = [
    "{{ @ | divided_by: 0 }}", "{{ @ | append }}", "{{ @ | upcase: 1 }}", "{{ @ | slice: 'x' }}", "{{ @ @ }}", "{{ @ | sort }}",
    "{{ @ | map: 'a' }}", "{{ @ | where: 'a' }}", "{% if @ < 'a' %}a{% endif %}", "{% if @ > 1 %}a{% else %}b{% endif %}",
    "{{ @ | date: '%Y' }}", "{{ @ | nosuch }}", "{{ @ | concat: 1 }}", "{% for i in numbers limit: @ %}{{ i }}{% endfor %}",
    "{% if @ =! 1 %}a{% endif %}", "{{ @ | truncate: 'x' }}", "{% tablerow i in @ %}{{ i }}{% endtablerow %}", "{{ @.size }}",
    "{{ @[0] }}", "{{ (1..@) }}", "{% cycle @, 'b' %}", "{{ @ | join: @ }}", "{{ @ | plus: @ }}", "{{ @ | split: @ | size }}",
    "{{ @ | size }}", "{% case @ %}{% when @, 1 %}a{% else %}b{% endcase %}", "{{ @ | uniq: 'a' }}", "{{ @ | round: @ }}",
    "{{ @ | slice: @ }}", "{{ @ | slice: 1, @ }}", "{{ @ | replace: @, '-' }}", "{{ @ | remove: @ }}", "{{ @ | default: @ }}",
    "{{ @ | sort_natural | join }}", "{{ @ | compact | size }}", "{{ @ | reverse | join: '|' }}", "{{ @ | at_least: @ }}",
    "{{ @ | modulo: @ }}", "{{ @ | times: @ }}", "{{ @ | truncatewords: @ }}", "{{ @ | truncate: @ }}", "{{ @ | append: @ | escape }}",
    "{{ @ | url_encode }}", "{{ @ | strip_html | strip }}", "{{ @ | abs }}", "{{ @ | ceil }}", "{{ @ | capitalize }}", "{{ @ | minus: @ }}",
    "{% assign v = @ %}{% if v == @ %}a{% endif %}", "{% if @ contains @ %}a{% else %}b{% endif %}", "{% unless @ and @ %}a{% endunless %}",
    "{% for i in @ offset: @ %}{{ i }}{% else %}e{% endfor %}", "{{ @ | base64_decode }}", "{{ @ | first }}{{ @ | last }}",
    "{% capture c %}{{ @ }}{% endcapture %}{{ c | size }}", "{{ @ | newline_to_br }}", "{{ @ | at_most: @ }}", "{{ @ | divided_by: @ }}",
]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, values):
        return self.random.choice(values)

    def chance(self, share):
        return self.random.random() < share

    def value(self):
        return self.pick(ANY) if self.chance(0.6) else self.pick(LITERALS)

    def text(self):
        return self.pick(TEXTS) if self.chance(0.7) else "'%s'" % self.pick(WORDS)

    def number(self):
        return self.pick(NUMBERS) if self.chance(0.5) else self.pick(["0", "1", "2", "3", "-4", "7", "1.5", "2.25", "10", "100"])

    def whole(self):
        return self.pick(["0", "1", "2", "3", "5", "-1", "-2", "n", "zero"])

    def list(self):
        return self.pick(LISTS + ["csv | split: ','", "long | split: ' '", "(1..4)", "(zero..n)"])

    def text_filter(self):
        simple = ["upcase", "downcase", "capitalize", "strip", "lstrip", "rstrip", "escape", "escape_once", "strip_html",
                  "strip_newlines", "newline_to_br", "url_encode", "url_decode", "size", "base64_encode",
                  "base64_url_safe_encode"]
        made = [
            lambda: self.pick(simple), lambda: self.pick(simple),
            lambda: "append: %s" % self.text(), lambda: "prepend: %s" % self.text(),
            lambda: "replace: %s, %s" % (self.pick(["'a'", "'o'", "' '", "'zz'", "','"]), self.pick(["'X'", "''", "'--'", "n"])),
            lambda: "replace_first: %s, %s" % (self.pick(["'a'", "'o'", "' '"]), self.pick(["'X'", "''"])),
            lambda: "replace_last: %s, %s" % (self.pick(["'a'", "'o'", "' '"]), self.pick(["'X'", "''"])),
            lambda: "%s: %s" % (self.pick(["remove", "remove_first", "remove_last"]), self.pick(["'a'", "'e'", "' '", "','"])),
            lambda: "slice: %s" % self.whole(), lambda: "slice: %s, %s" % (self.whole(), self.pick(["0", "1", "2", "4", "n"])),
            lambda: "truncate: %s" % self.pick(["0", "1", "3", "5", "10", "20", "100"]),
            lambda: "truncate: %s, %s" % (self.pick(["2", "5", "12"]), self.pick(["''", "'…'", "'--'"])),
            lambda: "truncatewords: %s" % self.pick(["1", "2", "3", "5", "50"]),
            lambda: "truncatewords: %s, %s" % (self.pick(["1", "2", "4"]), self.pick(["''", "'…'", "'--'"])),
            lambda: "split: %s | join: %s" % (self.pick(["','", "' '", "'a'", "', '"]), self.pick(["'-'", "''", "', '"])),
            lambda: "default: %s" % self.text(),
        ]
        return self.pick(made)()

    def number_filter(self):
        made = [
            lambda: self.pick(["abs", "ceil", "floor", "round"]),
            lambda: "%s: %s" % (self.pick(["plus", "minus", "times", "at_least", "at_most"]), self.number()),
            lambda: "%s: %s" % (self.pick(["divided_by", "modulo"]), self.pick(["1", "2", "3", "-4", "1.5", "n"])),
            lambda: "round: %s" % self.pick(["0", "1", "2", "3"]),
        ]
        return self.pick(made)()

    def list_filter(self):
        made = [
            lambda: "join: %s" % self.pick(["', '", "''", "'-'"]), lambda: "reverse | join: '-'", lambda: "size",
            lambda: "first", lambda: "last", lambda: "uniq | join: ','", lambda: "compact | join: ','",
            lambda: "sort | join: ','", lambda: "sort_natural | join: ','",
            lambda: "slice: %s, %s | join: ','" % (self.whole(), self.pick(["1", "2", "3"])),
            lambda: "concat: %s | join: '+'" % self.pick(["words", "numbers", "none"]),
        ]
        return self.pick(made)()

    def object_list_filter(self):
        made = [
            lambda: "map: '%s' | join: ','" % self.pick(["title", "price", "type", "missing"]),
            lambda: "where: 'type', '%s' | map: 'title' | join: ','" % self.pick(["food", "toy", "none"]),
            lambda: "where: '%s' | map: 'title' | join: ','" % self.pick(["ok", "type", "missing"]),
            lambda: "sort: '%s' | map: 'title' | join: ','" % self.pick(["price", "title"]),
            lambda: "sort_natural: 'title' | map: 'title' | join: ','",
            lambda: "uniq: '%s' | map: 'title' | join: ','" % self.pick(["type", "price"]),
            lambda: "compact: 'ok' | map: 'title' | join: ','", lambda: "size",
        ]
        return self.pick(made)()

    def pipe(self):
        kind = self.random.random()
        if kind < 0.45:
            value, make = self.text(), self.text_filter
        elif kind < 0.7:
            value, make = self.number(), self.number_filter
        elif kind < 0.85:
            return "%s | %s" % (self.list(), self.list_filter())
        elif kind < 0.92:
            return "products | %s" % self.object_list_filter()
        else:
            return "%s | date: '%s'" % (self.pick(["date", "day", "stamp", "'2024-02-29'", "'1 Jan 2020 5:04 pm'"]),
                                        self.pick(["%Y-%m-%d", "%b %d, %y", "%A %-d %B", "%H:%M:%S", "%j %e", "%I:%M %p", "%y%%", "%s"]))
        return " | ".join([value] + [make() for _ in range(self.random.randint(1, 3))])

    def gap(self):
        return self.pick(["", "", "", "-"])

    def output(self):
        inner = self.pipe() if self.chance(0.75) else self.value()
        return "{{%s %s %s}}" % (self.gap(), inner, self.gap())

    def comparison(self):
        if self.chance(0.3):
            return self.value()
        operator = self.pick(["==", "!=", "<>", "<", "<=", ">", ">=", "contains"])
        if operator == "contains":
            left = self.pick(["name", "words", "html", "csv", "numbers", "missing", "long"])
            return "%s contains %s" % (left, self.pick(["'a'", "'Apple'", "1", "'z'", "name", "missing", "''"]))
        if operator in ("==", "!=", "<>"):
            return "%s %s %s" % (self.value(), operator, self.pick([self.value(), "empty"]))
        if self.chance(0.5):
            return "%s %s %s" % (self.pick(["n", "zero", "minus", "f", "3", "2.5", "user.age", "nothing", "missing"]), operator,
                                 self.pick(["5", "0", "-7", "2.5", "n", "nil"]))
        return "%s %s %s" % (self.pick(["name", "'b'", "empty_text"]), operator, self.pick(["'a'", "'Ana Maria'", "name"]))

    def condition(self):
        parts = [self.comparison() for _ in range(self.pick([1, 1, 1, 2, 2, 3]))]
        text = parts[0]
        for part in parts[1:]:
            text += " %s %s" % (self.pick(["and", "or"]), part)
        return text

    def tag(self, inner):
        return "{%%%s %s %s%%}" % (self.gap(), inner, self.gap())

    def words(self):
        return self.pick(["x", " ", "\n", " text ", "\n  line\n", "é", "1", "", ", "])

    def body(self, depth):
        return "".join(self.node(depth + 1) for _ in range(self.random.randint(0, 3)))

    def block_if(self, depth):
        name = self.pick(["if", "if", "unless"])
        made = self.tag("%s %s" % (name, self.condition())) + self.body(depth)
        while self.chance(0.25):
            made += self.tag("elsif %s" % self.condition()) + self.body(depth)
        if self.chance(0.5):
            made += self.tag("else") + self.body(depth)
        return made + self.tag("end" + name)

    def block_case(self, depth):
        made = self.tag("case %s" % self.pick(["n", "name", "user.name", "f", "missing", "yes"]))
        for _ in range(self.random.randint(1, 3)):
            values = self.pick([", ", " or "]).join(self.pick(["5", "'Bo'", "2.5", "'a'", "true", "name", "nil"])
                                                    for _ in range(self.random.randint(1, 2)))
            made += self.tag("when %s" % values) + self.body(depth)
        if self.chance(0.5):
            made += self.tag("else") + self.body(depth)
        return made + self.tag("endcase")

    def block_for(self, depth):
        collection = self.pick(["numbers", "words", "products", "none", "missing", "(1..3)", "(n..7)", "hash", "nested", "name"])
        rest = ""
        if self.chance(0.2):
            rest += " reversed"
        if self.chance(0.3):
            rest += " limit: %s" % self.pick(["1", "2", "3", "n", "0"])
        if self.chance(0.3):
            rest += " offset: %s" % self.pick(["1", "2", "0", "continue"])
        item = self.pick(["{{ i }}", "{{ forloop.index }}", "{{ i.title }}", "{{ forloop.last }}{{ forloop.first }}",
                          "{{ forloop.rindex0 }}/{{ forloop.length }}", "{{ i | upcase }}",
                          "{% cycle 'a', 'b' %}", "{% if forloop.index == 2 %}{% break %}{% endif %}{{ i }}",
                          "{% if forloop.first %}{% continue %}{% endif %}{{ i }}"])
        made = self.tag("for i in %s%s" % (collection, rest)) + item + self.body(depth)
        if self.chance(0.3):
            made += self.tag("else") + self.body(depth)
        return made + self.tag("endfor")

    def block_row(self, depth):
        rest = self.pick(["", " cols: 2", " cols: 3 limit: 4", " limit: 2", " offset: 1"])
        return "{%% tablerow i in %s%s %%}%s{%% endtablerow %%}" % (
            self.pick(["numbers", "words", "(1..5)"]), rest, self.pick(["{{ i }}", "{{ tablerowloop.col }}", "{{ i }}{{ tablerowloop.last }}"]))

    def single(self):
        made = [
            lambda: self.tag("assign v = %s" % self.pipe()) + "{{ v }}",
            lambda: self.tag("assign %s = %s" % (self.pick(["name", "n", "v"]), self.value())),
            lambda: self.tag("capture w") + self.output() + self.tag("endcapture") + "{{ w | size }}",
            lambda: self.tag("increment count"), lambda: self.tag("decrement other"),
            lambda: self.tag("echo %s" % self.pipe()),
            lambda: self.tag("cycle %s" % self.pick(["'a', 'b'", "'g': 'x', 'y'", "1, 2, 3"])),
            lambda: "{% comment %}" + self.output() + "{% endcomment %}",
            lambda: "{% raw %}{{ not }} {% this %}{% endraw %}",
            lambda: self.tag("# a comment"),
            lambda: "{%% liquid\n assign z = %s\n if n > 3\n  echo z\n else\n  echo 'no'\n endif %%}" % self.pick(["1", "name", "'a' | upcase"]),
            lambda: "{%% render 'card', title: %s, price: %s %%}" % (self.text(), self.pick(["5", "nil", "n"])),
            lambda: "{% render 'row' for products as row %}", lambda: "{% render 'loops' %}",
            lambda: "{%% render 'shop/item' with %s as item %%}" % self.pick(["name", "n", "'q'"]),
            lambda: "{%% render 'shop/item' for %s as item %%}" % self.pick(["words", "(1..3)", "none", "name"]),
            lambda: "{%% include 'card', title: %s %%}{{ title }}" % self.value(),
            lambda: "{% include 'sets' %}{{ made }}",
            lambda: "{%% include 'shop/item' with %s %%}" % self.pick(["name", "n", "words", "missing"]),
            lambda: "{%% assign %s = %s | split: ',' %%}{{ l.size }}{{ l | last }}" % ("l", self.text()),
            lambda: "{% ifchanged %}" + self.output() + "{% endifchanged %}",
            lambda: "{%% assign p = '%s' %%}{%% include p %%}" % self.pick(["card", "loops", "sets"]),
            lambda: self.mistake(),
        ]
        return self.pick(made)()

    def mistake(self):
        """What is wrong in itself: the engines guess, or print an error."""
        return self.filled(self.pick(MISTAKES))

    def filled(self, pattern):
        while "@" in pattern:
            pattern = pattern.replace("@", self.value(), 1)
        return pattern

    def node(self, depth):
        kind = self.random.random()
        if depth > 3 or kind < 0.3:
            return self.output() if self.chance(0.6) else self.words()
        if kind < 0.45:
            return self.words()
        if kind < 0.6:
            return self.single()
        if kind < 0.78:
            return self.block_if(depth)
        if kind < 0.85:
            return self.block_case(depth)
        return self.block_for(depth) if kind < 0.97 else self.block_row(depth)

    def template(self):
        return "".join(self.node(0) for _ in range(self.random.randint(1, 4)))


def cases(seed, count):
    generator = Generator(seed)
    made = {}
    while len(made) < count:
        # A third are single outputs: a filter chain by itself says most clearly what differs.
        source = "{{ %s }}" % generator.pipe() if generator.chance(0.33) else generator.template()
        made.setdefault(source, {"template": source, "data": DATA, "templates": PARTIALS})
    return list(made.values())
