"""How large is large: what the Orders list reads at once, and where it takes another way."""

from __future__ import annotations

FEW = 2000  # orders that are read one by one without anybody noticing; twice as many where nothing else is quicker
AMONG = 50  # orders among which one that was named is still seen: a page of the list
WALK = 4000  # rows of the list that are tested before another way is tried
PAGE = 100  # rows; whoever asks for more at once wants all of them
DENSE_WALK = 1500  # the same, when only facets are tested
SORTABLE = 20_000  # the largest selection that is sorted by something that no index leads
COUNTED = 100  # newest rows of a status that are tested to count what very many orders meet
MOST = 1000  # nobody needs a larger number under a filter, and counting on would read a whole index
