#!/bin/sh
# Renders the sandbox's five videos, one per aspect ratio, and their posters, with Debian's ffmpeg and fonts-dejavu-core. Run it only to
# change how they look: the files are committed. Each loops seamlessly, because the period of every movement divides the video's length.
set -eu
cd "$(dirname "$0")"

seconds=4
fonts=/usr/share/fonts/truetype/dejavu

# draw NAME RATIO WIDTH HEIGHT: two slow lights on deep blue, SANDBOX in the middle, and a progress bar below.
# The background is computed at a quarter of the size with 10 bits, then enlarged, so that gradients show no bands.
draw() {
  name=$1 ratio=$2 width=$3 height=$4
  side=$((width < height ? width : height))
  label=$((width * 2 / 15))
  turn="2*PI*T/$seconds"
  warm="exp(-3.2*(pow(X/W-0.24-0.13*cos($turn)\,2)+pow(Y/H-0.28-0.16*sin($turn)\,2)))"
  cool="exp(-3.6*(pow(X/W-0.80+0.14*cos($turn)\,2)+pow(Y/H-0.76+0.16*sin($turn)\,2)))"
  bar_width=$((width * 46 / 100)) bar_height=$((side / 90 + 1))
  ffmpeg -v error -y \
    -f lavfi -i "color=black:size=$((width / 4))x$((height / 4)):rate=25:duration=$seconds,format=gbrp10,\
geq=r='1023*min(1\,0.05+0.78*$warm+0.10*$cool)':g='1023*min(1\,0.07+0.20*$warm+0.44*$cool)':b='1023*min(1\,0.22+0.40*$warm+0.50*$cool)',\
scale=$width:$height:flags=bicubic:out_color_matrix=bt709,format=yuv444p" \
    -f lavfi -i "color=white:size=${bar_width}x${bar_height}:rate=25:duration=$seconds,format=rgba,colorchannelmixer=aa=0.30" \
    -f lavfi -i "color=white:size=${bar_width}x${bar_height}:rate=25:duration=$seconds,format=rgba,\
geq=r=255:g=255:b=255:a='235*lt(X\,W*T/$seconds)'" \
    -filter_complex "[0]drawtext=fontfile=$fonts/DejaVuSans-Bold.ttf:text=SANDBOX:fontsize=$label:\
fontcolor=white:shadowcolor=black@0.35:shadowx=2:shadowy=2:\
x=(w-text_w)/2:y=h*0.47-text_h/2,\
drawtext=fontfile=$fonts/DejaVuSans.ttf:text='test video · ${ratio%:*}\:${ratio#*:}':fontsize=$((label * 36 / 100)):fontcolor=white@0.85:\
x=(w-text_w)/2:y=h*0.47+$((label * 80 / 100))[titled];\
[titled][1]overlay=x=(W-w)/2:y=H*0.86:format=yuv444[railed];[railed][2]overlay=x=(W-w)/2:y=H*0.86:format=yuv444:shortest=1,format=yuv420p" \
    -c:v libx264 -preset veryslow -profile:v high -crf 23 -g 25 -colorspace bt709 -color_primaries bt709 -color_trc bt709 \
    -map_metadata -1 -fflags +bitexact -flags:v +bitexact -movflags +faststart "$name.mp4"
}

draw landscape-16-9 16:9 640 360
draw portrait-9-16 9:16 360 640
draw square-1-1 1:1 480 480
draw landscape-4-3 4:3 560 420
draw portrait-3-4 3:4 420 560

# The first frame of each, as the gateway draws it of other videos.
for video in *.mp4; do
  ffmpeg -v error -y -i "$video" -frames:v 1 -map_metadata -1 -fflags +bitexact -flags:v +bitexact -c:v mjpeg -q:v 4 -f image2 -update 1 \
    "${video%.mp4}.jpg"
done
