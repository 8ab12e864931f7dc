# The scaling curves: ns an item against the rows of the feed, of the uniform feeds.
#     gnuplot -e "points='build-bench/scaling.tsv'; out='build-bench/scaling.svg'" bench/scaling.gnuplot
set terminal svg size 900,600 background rgb 'white'
set output out
set datafile separator tab
set logscale xy
set format x '10^{%T}'
set xlabel 'lines'
set ylabel 'ns a line (append, end) or a customer (the others), warm'
set grid
set key outside right
plot points using 1:2 with linespoints lc 1 dt 2 title 'append, end, 1 thread', \
     points using 1:3 with linespoints lc 1      title 'append, end, 2 threads', \
     points using 1:4 with linespoints lc 2 dt 2 title 'derive, 1 thread', \
     points using 1:5 with linespoints lc 2      title 'derive, 2 threads', \
     points using 1:6 with linespoints lc 3 dt 2 title 'score, 1 thread', \
     points using 1:7 with linespoints lc 3      title 'score, 2 threads', \
     points using 1:8 with linespoints lc 4 dt 2 title 'reasons, 1 thread', \
     points using 1:9 with linespoints lc 4      title 'reasons, 2 threads'
