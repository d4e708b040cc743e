/* Search over the titles and symbols of the site, and its sliders; nothing is fetched. */
(function () {
  "use strict";
  var INDEX = /*INDEX*/[];
  var box = document.getElementById("search"), list = document.getElementById("found");
  function plain(text) { return text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, ""); }
  function look() {
    var words = plain(box.value).split(/\s+/).filter(Boolean), found = [];
    if (words.length) {
      found = INDEX.map(function (entry) {
        var title = plain(entry[0]), text = title + " " + plain(entry[1]), score = 0;
        for (var i = 0; i < words.length; i++) {
          if (text.indexOf(words[i]) < 0) { return null; }
          score += title === words[i] ? 4 : title.indexOf(words[i]) === 0 ? 3
            : title.indexOf(words[i]) > 0 ? 2 : 1;
        }
        return [score, entry];
      }).filter(Boolean).sort(function (a, b) { return b[0] - a[0]; }).slice(0, 12);
    }
    list.textContent = "";
    found.forEach(function (pair) {
      var item = document.createElement("li"), link = document.createElement("a");
      link.href = pair[1][2]; link.textContent = pair[1][0];
      var more = document.createElement("span");
      more.className = "why"; more.textContent = pair[1][1];
      item.setAttribute("role", "option"); item.appendChild(link); item.appendChild(more);
      list.appendChild(item);
    });
    list.hidden = !found.length;
  }
  box.addEventListener("input", look);
  box.addEventListener("keydown", function (event) {
    var first = list.querySelector("a");
    if (event.key === "Enter" && first) { location.href = first.href; }
    if (event.key === "Escape") { box.value = ""; look(); }
  });
  document.querySelectorAll("input.range").forEach(function (range) {
    var frames = range.closest("section").querySelectorAll(".frame");
    var said = range.closest("section").querySelector("output");
    range.addEventListener("input", function () {
      frames.forEach(function (frame, i) { frame.hidden = i !== Number(range.value); });
      said.textContent = frames[Number(range.value)].dataset.value;
      range.setAttribute("aria-valuetext", said.textContent);
    });
  });
})();
