/** An application that is a named module. */
module org.example {
  requires org.crossfade.autodiff;
  requires org.crossfade.training;
  requires tensorflow;
}
