// The ribbon's only button opens the task pane: no function is bound to it.
